#!/usr/bin/env bash
# The reports of the example traces are those that somebody has looked at, in every format. Needs CHECKER.
set -euo pipefail
need python3
python3 .ci/golden.py
