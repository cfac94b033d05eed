#!/usr/bin/env python3
"""readme.py [--update] FILE: runs the commands of a document's ```console blocks and compares what they print.

A line that begins with `$ ` is a command. The lines up to the next command are its standard output,
word for word; a command without such lines may print anything. A block may say how its commands end:
```console exit=1 (0 where it says nothing). With --update the document gets the output as it is.
"""
import difflib
import re
import subprocess
import sys
import time

BLOCK = re.compile(r"^(```console([^\n]*)\n)(.*?)(^```$)", re.M | re.S)


def run(command, captured):
    """Exit status and standard output; trailing blanks do not survive in a document."""
    started = time.monotonic()
    print(f"$ {command}", flush=True)
    ran = subprocess.run(["bash", "-c", command], text=True, stdout=subprocess.PIPE if captured else None)
    print(f"  exit status {ran.returncode}, {time.monotonic() - started:.0f} s", flush=True)
    return ran.returncode, [line.rstrip() for line in (ran.stdout or "").rstrip("\n").splitlines()]


def redo(match, problems):
    """The block as it would be with what its commands print."""
    stated = re.search(r"exit=(\d+)", match[2])
    expected_status = int(stated[1]) if stated else 0
    lines = []
    for part in re.split(r"^(?=\$ )", match[3], flags=re.M):
        if not part.startswith("$ "):
            continue
        command, *expected = part.rstrip("\n").split("\n")
        status, printed = run(command[2:], bool(expected))
        if status != expected_status:
            problems.append(f"{command[2:]}: exit status {status}, expected {expected_status}")
        if printed != expected:
            change = difflib.unified_diff(expected, printed, "document", "printed", lineterm="")
            problems.append("\n".join(change))
        lines += [command, *printed]
    return match[1] + "\n".join(lines) + "\n" + match[4]


def main():
    update, path = "--update" in sys.argv[1:-1], sys.argv[-1]
    text = open(path, encoding="utf-8").read()
    problems = []
    redone = BLOCK.sub(lambda match: redo(match, problems), text)
    if not BLOCK.search(text):
        sys.exit(f"{path}: no ```console block")
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write(redone)
    elif problems:
        print("\n".join(problems))
        sys.exit(f"{path} does not say what its commands do; if they are right, run: .ci/readme.py --update {path}")


main()
