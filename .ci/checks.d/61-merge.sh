#!/usr/bin/env bash
# Reports of many traces add up to the report of them all, byte for byte, in any order and any groups; a
# hundred thousand reports, and one of a million findings, are merged in little memory. Needs CHECKER.
set -euo pipefail
need python3
python3 .ci/merge.py
