#!/usr/bin/env python3
"""Reads what `perf script -F ip,sym` prints, names demangled, and writes a flame graph as SVG."""
import html
import re
import sys

WIDTH, ROW, MARGIN = 1200, 17, 10
LEAST = 0.002  # of all samples: narrower frames are left out


def readable(name):
    """A function's name without parameters and generic arguments."""
    name = name.strip().split(" of ")[-1]
    name = re.sub(r"^((specialized|merged|partial apply for|closure #\d+ in) )+", "", name)
    name = name.split("(")[0].split("<")[0]
    return name or "?"


def stacks(lines):
    """Lists of names, outermost first, one for each sample."""
    stack = []
    for line in lines:
        frame = re.match(r"\s+([0-9a-f]+)\s+(.*)", line)
        if frame:
            is_kernel = len(frame[1]) == 16 and frame[1].startswith("ffff")
            stack.append("kernel" if is_kernel else readable(frame[2]))
        elif stack:
            yield stack[::-1]
            stack = []
    if stack:
        yield stack[::-1]


def main():
    root = {"count": 0, "below": {}}
    for stack in stacks(sys.stdin):
        # What is outside the program's own functions tells nothing here.
        start = next((i for i, name in enumerate(stack) if "TraceCheck.run" in name), 0)
        node = root
        node["count"] += 1
        last = None
        for name in stack[start:]:
            if name == last:
                continue
            last = name
            node = node["below"].setdefault(name, {"count": 0, "below": {}})
            node["count"] += 1
    total = root["count"]
    boxes = []

    def place(node, name, left, depth):
        boxes.append((name, left, node["count"], depth))
        for below, child in sorted(node["below"].items()):
            if child["count"] >= LEAST * total:
                place(child, below, left, depth + 1)
            left += child["count"]

    place(root, "all", 0, 0)
    height = (max(box[3] for box in boxes) + 1) * ROW + 2 * MARGIN
    scale = (WIDTH - 2 * MARGIN) / total
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
          f'font-family="sans-serif" font-size="11">')
    print(f'<title>Where the time of a check goes ({total} samples)</title>')
    print(f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>')
    for name, left, count, depth in boxes:
        x, width = MARGIN + left * scale, count * scale
        y = height - MARGIN - (depth + 1) * ROW
        # Parsing, following and judging have a hue each, so that the three are seen at once.
        hue = 40
        if re.search(r"Scanner|Parser|Reader|Piece|Batch|Stage|StringTable", name):
            hue = 210
        elif re.search(r"DriverModel|Evidence|OpenTable|Slab", name):
            hue = 130
        elif re.search(r"Checker\.|ArmingTable|Monitors", name):
            hue = 10
        light = 74 + hash_of(name) % 12
        print(f'<g><title>{html.escape(name)}: {count / total:.1%}</title>'
              f'<rect x="{x:.1f}" y="{y}" width="{max(width - 0.4, 0.4):.1f}" height="{ROW - 1}" '
              f'fill="hsl({hue} 70% {light}%)"/>')
        letters = int(width / 6.2)
        if letters >= 3:
            short = name if len(name) <= letters else name.split(".")[-1]
            label = short if len(short) <= letters else short[: letters - 1] + "…"
            print(f'<text x="{x + 3:.1f}" y="{y + 12}">{html.escape(label)}</text>')
        print("</g>")
    print("</svg>")


def hash_of(name):
    """The same for the same name in every run, unlike Python's own."""
    return sum(ord(c) * (i + 1) for i, c in enumerate(name))


main()
