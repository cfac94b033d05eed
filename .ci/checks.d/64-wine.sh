#!/usr/bin/env bash
# Kernel drivers with the tracing header, built for Windows and run in Wine, correct and with built-in
# faults; their traces are checked. Needs CHECKER.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/.ci/bin:$PATH"
if [ "$(uname -m)" != x86_64 ]; then
  echo "not on x86-64: Wine runs no drivers for it here"
  exit 0
fi
need wine wineserver=wine /usr/x86_64-w64-mingw32/lib/libntoskrnl.a=mingw-w64-x86-64-dev python3
bash Tests/Wine/run.sh "$CHECKER"
