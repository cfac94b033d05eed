#!/usr/bin/env bash
# Agreement with labelled traces of real drivers and with SDV's verdicts, where that corpus is at hand.
set -euo pipefail
score=${DDI_CHECKER_SCORE:-../shared/tools/score}
if [ ! -e "$score" ]; then
  echo "no corpus of labelled traces here: nothing to compare"
  exit 0
fi
need python3
python3 "$score" "$CHECKER"
