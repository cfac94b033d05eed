#!/usr/bin/env bash
# The documents: every event and field of the format is described, the examples in the description can
# be read, links lead somewhere, and rules that are named exist.
set -euo pipefail
need python3
python3 .ci/docs.py
# What pages show is what the checker prints.
PATH="$(dirname "$CHECKER"):$PATH" python3 .ci/readme.py docs/readings.md
# The diagrams can be drawn by Mermaid (mermaidx brings it along, with an engine to run it).
python=$(python-with mermaidx=mermaidx==0.10.1)
git ls-files -z '*.md' | xargs -0 "$python" .ci/mermaid.py
