#!/usr/bin/env bash
# The comparison with other programs runs; the short form says nothing about speed.
set -euo pipefail
need python3
CHECKER=$CHECKER Benchmarks/compare.sh --short
Benchmarks/scaling.sh pipe --short
