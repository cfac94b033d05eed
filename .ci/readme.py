#!/usr/bin/env python3
"""readme.py FILE: runs the commands of a document's ```console blocks and compares what they print.

A line that begins with `$ ` is a command. The lines up to the next command are its standard output,
word for word; a command without such lines may print anything. A block may say how its commands end:
```console exit=1 (0 where it says nothing).
"""
import difflib
import re
import subprocess
import sys
import time


def blocks(text):
    """The console blocks: their exit status, and (command, expected output) pairs."""
    for match in re.finditer(r"^```console([^\n]*)\n(.*?)^```$", text, re.M | re.S):
        status = re.search(r"exit=(\d+)", match[1])
        commands = []
        for line in match[2].splitlines():
            if line.startswith("$ "):
                commands.append((line[2:], []))
            elif commands:
                commands[-1][1].append(line)
        yield int(status[1]) if status else 0, commands


def run(command, expected, status):
    started = time.monotonic()
    print(f"$ {command}", flush=True)
    shell = ["bash", "-c", command]
    ran = subprocess.run(shell, text=True, stdout=subprocess.PIPE if expected else None)
    print(f"  exit status {ran.returncode}, {time.monotonic() - started:.0f} s", flush=True)
    good = True
    if ran.returncode != status:
        print(f"  expected exit status {status}")
        good = False
    # Trailing blanks do not survive in a document.
    printed = [line.rstrip() for line in (ran.stdout or "").rstrip("\n").splitlines()]
    if expected and printed != expected:
        print("\n".join(difflib.unified_diff(expected, printed, "document", "printed", lineterm="")))
        good = False
    return good


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    results = [run(c, out, status) for status, commands in blocks(text) for c, out in commands]
    if not results:
        sys.exit(f"{sys.argv[1]}: no ```console block")
    if not all(results):
        sys.exit(f"{sys.argv[1]} does not say what its commands do")


main()
