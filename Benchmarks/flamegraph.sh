#!/usr/bin/env bash
# Draws where the time of a check goes: Benchmarks/flamegraph.sh TRACE OUT.svg
#
# Linux with perf. CHECKER names the checker; without it a release build is made.
set -euo pipefail
cd "$(dirname "$0")/.."
trace=${1:?a trace} out=${2:?an SVG to write}
if [ -z "${CHECKER:-}" ]; then
  swift build -c release --product checker-cli >&2
  CHECKER=$PWD/.build/release/checker-cli
fi
samples=$(mktemp)
trap 'rm -f "$samples"' EXIT
perf record --quiet -F 5000 -e cpu-clock -g -o "$samples" "$CHECKER" check --quiet --jobs 1 "$trace" \
  >/dev/null
perf script -i "$samples" -F ip,sym | swift demangle --compact --simplified |
  python3 Benchmarks/flamegraph.py >"$out"
