#!/usr/bin/env bash
# The tracing header: read by clang and GCC against the driver kit headers of MinGW-w64, and compiled into
# two small drivers that run in user mode, correct and with built-in faults, whose traces are checked.
# Needs CHECKER.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/.ci/bin:$PATH"
need /usr/share/mingw-w64/include/ddk/ntddk.h=mingw-w64-x86-64-dev \
  x86_64-w64-mingw32-gcc=gcc-mingw-w64-x86-64-win32 x86_64-w64-mingw32-g++=g++-mingw-w64-x86-64-win32
bash Tracing/check-syntax.sh
bash Tests/TracingShim/run.sh "$CHECKER"
