#!/usr/bin/env bash
# Inputs that attack: none makes the checker crash or hang, or take more than ten seconds or 256 MB for ten
# megabytes; of most nothing grows. Needs CHECKER, the release binary. Linux and macOS.
set -euo pipefail
need python3
python3 .ci/hostile.py "$CHECKER"
