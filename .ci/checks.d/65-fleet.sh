#!/usr/bin/env bash
# The package that checks fleets: its style, types and tests, then small jobs on a cluster of two workers,
# one of them with a worker and one with the driver killed in the middle; and all that docs/fleet.md shows.
# Needs CHECKER.
set -euo pipefail
if [ "$(uname)" != Linux ]; then
  echo "the jobs of a fleet are tried on Linux: left out"
  exit 0
fi
need python3 java=openjdk-17-jre-headless
folder=.build-ci/fleet
[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --editable 'Fleet[test]'
bin=$PWD/$folder/bin
cd Fleet
"$bin/ruff" format --check .
"$bin/ruff" check .
"$bin/mypy"
"$bin/python" -m pytest
"$bin/python" tests/on_cluster.py
"$bin/python" tests/on_page.py
