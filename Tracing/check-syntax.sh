#!/bin/sh
# Syntax-checks ddi_trace.h the way a driver includes it, against the driver kit headers of MinGW-w64:
# the two drivers of Tests/TracingShim and a file that uses every redefined DDI, with each sink (ETW
# aside, whose header MinGW-w64 lacks) and with tracing off, as C89. Then the drivers as clang-cl reads
# them, where the headers are the test's own: with every sink. Any warning fails.
# Usage: check-syntax.sh; CLANG names another compiler.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
shim=$here/../Tests/TracingShim
include=/usr/share/mingw-w64/include

if [ -z "${CLANG:-}" ]; then
  CLANG=$(command -v clang || true)
  if [ -z "$CLANG" ]; then
    swift=$(readlink -f "$(command -v swift)") # the toolchain brings its own
    CLANG=$(dirname "$swift")/clang
  fi
fi

if [ ! -f "$include/ddk/ntddk.h" ]; then
  apt-get update >/dev/null
  apt-get install -y --no-install-recommends mingw-w64-common mingw-w64-x86-64-dev >/dev/null
fi

# The headers of the kit are no C89 themselves, so they are system headers: silent.
check() { # file target sink checked-build
  define=
  [ "$3" = off ] || define="-DDDI_TRACE_SINK=DDI_TRACE_SINK_$3"
  # shellcheck disable=SC2086
  "$CLANG" -target "$2" -fsyntax-only \
    -Wall -Wextra -pedantic -Werror -std=c89 -Wno-long-long -D_CLANG_DISABLE_CRT_DEPRECATION_WARNINGS \
    -nostdinc -isystem "$("$CLANG" -print-resource-dir)/include" \
    -isystem "$include" -isystem "$include/ddk" \
    -D_WIN32_WINNT=0x0601 -DNTDDI_VERSION=0x06010000 -DPOOL_TAGGING=1 "-DDBG=$4" \
    $define -I "$here" "$1"
}

count=0
for target in x86_64-w64-mingw32 i686-w64-mingw32; do
  for sink in off DBGPRINT WPP RING; do
    for file in function.c function_io.c filter.c every_ddi.c; do
      for checked in 0 1; do
        check "$shim/$file" "$target" "$sink" "$checked" || {
          echo "check-syntax: $file for $target, DBG=$checked, sink $sink: failed" >&2
          exit 1
        }
        count=$((count + 1))
      done
    done
  done
done
for sink in OFF DBGPRINT WPP ETW RING; do
  for file in function.c function_io.c filter.c; do
    "$CLANG" --driver-mode=cl -target x86_64-pc-windows-msvc /Zs /W4 /WX /I "$here" /I "$shim" \
      /I "$shim/etw" "-DDDI_TRACE_SINK=DDI_TRACE_SINK_$sink" -- "$shim/$file" || {
      echo "check-syntax: $file as clang-cl, sink $sink: failed" >&2
      exit 1
    }
    count=$((count + 1))
  done
done
echo "check-syntax: $count combinations are clean"
