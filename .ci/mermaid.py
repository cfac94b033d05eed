"""Draws every Mermaid diagram of the documents with Mermaid itself, as GitHub does, and fails when one
cannot be drawn or a word of it is missing in the picture.

usage: mermaid.py FILE.md…
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ProcessPoolExecutor

import mermaidx

BLOCK = re.compile(r"```mermaid\n(.*?)```", re.S)
TEXT = re.compile(r'^\s*(?:state "(.*)" as n\d+|n\d+ --> n\d+: (.*))$', re.M)
ENTITY = re.compile(r"#(\d+);")


def words(text):
    """Letters and digits alone: where lines are broken is Mermaid's affair."""
    text = ENTITY.sub(lambda match: chr(int(match[1])), text.replace("<br/>", " "))
    return "".join(character for character in text if character.isalnum())


def complaints(diagram):
    try:
        picture = mermaidx.render(diagram).svg()
    except RuntimeError as error:
        return [str(error).strip()]
    drawn = words("".join(ElementTree.fromstring(picture).itertext()))
    texts = [match[1] or match[2] for match in TEXT.finditer(diagram)]
    return [f"not in the picture: {text}" for text in texts if words(text) not in drawn]


def main(paths):
    places = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = file.read()
        for match in BLOCK.finditer(document):
            line = document.count("\n", 0, match.start()) + 1
            places.setdefault(match[1], f"{path}:{line}")
    if not places:
        sys.exit("no Mermaid diagram found: the check is looking in the wrong place")
    with ProcessPoolExecutor() as processes:
        found = list(processes.map(complaints, places, chunksize=8))
    wrong = [f"{place}: {text}" for place, texts in zip(places.values(), found) for text in texts]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"Mermaid draws {len(places)} different diagrams")


if __name__ == "__main__":
    main(sys.argv[1:])
