#!/usr/bin/env bash
# The tracing header: read by clang against the MinGW DDK headers, and compiled into two small drivers
# that run in user mode, correct and with built-in faults, whose traces are checked. Needs CHECKER.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash Tracing/check-syntax.sh
bash Tests/TracingShim/run.sh "$CHECKER"
