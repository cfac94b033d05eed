#!/usr/bin/env bash
# Agreement with labelled traces of real drivers and with SDV's verdicts, where that corpus is at hand.
set -euo pipefail
score=
for folder in ../shared ../../shared; do
  if [ -e "$folder/tools/score" ]; then score=$folder/tools/score && break; fi
done
if [ -z "$score" ]; then
  echo "no corpus of labelled traces here: nothing to compare"
  exit 0
fi
need python3
python3 "$score" "$CHECKER"
