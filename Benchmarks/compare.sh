#!/usr/bin/env bash
# The whole program beside other ways to go over the same trace, in one run. Prints a table in Markdown,
# as it stands in docs/performance.md.
#
#   Benchmarks/compare.sh [--short] [--events N] [--repetitions N]
#
# --short takes a small trace once, and leaves out what has to be installed: it shows that everything
# runs. CHECKER names the checker; without it a release build is made. What is made is kept in
# .build-bench.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$PWD/.build-bench
events=1000000 repetitions=5 short=
while [ $# -gt 0 ]; do
  case $1 in
  --short) short=yes events=100000 repetitions=1 ;;
  --events) events=${2:?--events needs a number} && shift ;;
  --repetitions) repetitions=${2:?--repetitions needs a number} && shift ;;
  *) echo "compare.sh: unknown option $1; see the head of the script" >&2 && exit 2 ;;
  esac
  shift
done

if [ -z "${CHECKER:-}" ]; then
  swift build -c release --product checker-cli >&2
  CHECKER=$PWD/.build/release/checker-cli
fi
mkdir -p "$work"
make_trace() { # format
  local file=$work/$events.$1
  if [ ! -e "$file" ] || [ "$CHECKER" -nt "$file" ]; then
    "$CHECKER" synthesize --events "$events" --devices 16 --threads 4 --format "$1" >"$file.part"
    mv "$file.part" "$file"
  fi
}
make_trace jsonl
make_trace text
make_trace binary

python=python3
if [ -z "$short" ]; then
  if [ ! -e "$work/venv/done" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet orjson duckdb >&2 && touch "$work/venv/done"
  fi
  python=$work/venv/bin/python
fi
# The neighbour in C++, where simdjson is at hand (libsimdjson-dev).
compiler=${CXX:-c++}
if [ "$work/neighbour" -nt Benchmarks/neighbour.cpp ]; then
  :
elif printf '#include <simdjson.h>\n' | "$compiler" -std=c++17 -x c++ -fsyntax-only - 2>/dev/null; then
  "$compiler" -std=c++17 -O3 -march=native Benchmarks/neighbour.cpp -lsimdjson -o "$work/neighbour"
else
  rm -f "$work/neighbour"
  echo "compare.sh: without simdjson; apt-get install libsimdjson-dev for the row about it" >&2
fi
"$python" Benchmarks/compare.py "$CHECKER" "$work/$events" "$repetitions"
