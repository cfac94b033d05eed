#!/usr/bin/env bash
# Syntax-checks ddi_trace.h the way a driver includes it, against the driver kit headers of MinGW-w64:
# the drivers of Tests/TracingShim and a file that uses every redefined DDI, with each sink (ETW aside,
# whose header MinGW-w64 lacks) and with tracing off, as C89 and as C++; with clang, and with the GCC of
# MinGW-w64 where it is installed. Then the drivers as clang-cl reads them, where the headers are the
# test's own: with every sink. Any warning fails.
# Usage: check-syntax.sh; CLANG names another compiler.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
shim=$here/../Tests/TracingShim
include=/usr/share/mingw-w64/include
gcc=x86_64-w64-mingw32-gcc

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

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# -- the compilers --

common=(-Wall -Wextra -Werror -D_WIN32_WINNT=0x0601 -DNTDDI_VERSION=0x06010000 -DPOOL_TAGGING=1 -I "$here")
c89=(-std=c89 -pedantic -Wno-long-long)
# The kit declares these a second time, in a way that C++ does not allow.
cplusplus=(-D__INTRINSIC_DEFINED_InterlockedBitTestAndSet -D__INTRINSIC_DEFINED_InterlockedBitTestAndReset
  -D__INTRINSIC_DEFINED___cpuidex)

# The headers of the kit are no C89 themselves, so they are system headers: silent.
clang() { # target, further options and the file
  local target=$1
  shift
  "$CLANG" -target "$target" -fsyntax-only "${common[@]}" -D_CLANG_DISABLE_CRT_DEPRECATION_WARNINGS \
    -nostdinc -isystem "$("$CLANG" -print-resource-dir)/include" \
    -isystem "$include" -isystem "$include/ddk" "$@"
}

clang_cl() { # further options and the file
  "$CLANG" --driver-mode=cl -target x86_64-pc-windows-msvc /Zs /W4 /WX /I "$here" /I "$shim" \
    /I "$shim/etw" "$@"
}

# With GCC whole objects, for what the header says of its memory: none of it is in the file.
gcc() { # further options and the file
  local object=$work/$BASHPID.o
  "$gcc" -O1 -c "${common[@]}" -isystem "$include/ddk" "$@" -o "$object" || return 1
  if [ "$(stat -c %s "$object")" -gt 200000 ]; then
    echo "check-syntax: the tables are in the object file" >&2
    return 1
  fi
  rm -f "$object"
}

# -- two at once --

count=0
check() { # compiler, its arguments
  count=$((count + 1))
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
    wait -n || true
  done
  { "$@" || {
    echo "check-syntax: failed: $*" >&2
    touch "$work/failed"
  }; } &
}

drivers=("$shim"/function*.c "$shim/filter.c")
files=("${drivers[@]}" "$shim/every_ddi.c")
sink() { # name → option
  echo "-DDDI_TRACE_SINK=DDI_TRACE_SINK_$1"
}

for file in "${files[@]}"; do
  check clang x86_64-w64-mingw32 "${c89[@]}" -DDBG=0 "$file"
  check clang x86_64-w64-mingw32 "${c89[@]}" -DDBG=1 "$(sink DBGPRINT)" "$file"
  check clang x86_64-w64-mingw32 "${c89[@]}" -DDBG=0 "$(sink WPP)" "$file"
  for target in x86_64-w64-mingw32 i686-w64-mingw32; do
    check clang "$target" "${c89[@]}" -DDBG=0 "$(sink RING)" "$file"
  done
  check clang x86_64-w64-mingw32 "${cplusplus[@]}" -x c++ -std=c++14 -DDBG=0 "$(sink RING)" "$file"
  if command -v "$gcc" >/dev/null; then
    check gcc "${c89[@]}" -DDBG=0 "$(sink RING)" "$file"
  fi
  if command -v "${gcc%gcc}g++" >/dev/null; then
    check gcc "${cplusplus[@]}" -x c++ -std=c++14 -DDBG=0 "$(sink RING)" "$file"
  fi
done
check clang x86_64-w64-mingw32 "${cplusplus[@]}" -x c++ -std=c++20 -DDBG=0 "$(sink RING)" \
  "$shim/every_ddi.c"
off=()
for group in LOCKS CANCEL POOL HANDLES IRQL; do
  off+=("-DDDI_TRACE_$group=0")
done
check clang x86_64-w64-mingw32 "${c89[@]}" "${off[@]}" -DDBG=0 "$(sink RING)" "$shim/every_ddi.c"
for file in "${drivers[@]}"; do
  for name in OFF WPP ETW; do
    check clang_cl "$(sink "$name")" -- "$file"
  done
  check clang_cl /TP /std:c++14 "$(sink ETW)" -- "$file"
  check clang_cl "$(sink RING)" "${off[@]}" -- "$file"
done
wait

[ ! -e "$work/failed" ] || exit 1
echo "check-syntax: $count combinations are clean"
command -v "$gcc" >/dev/null || echo "check-syntax: $gcc is not installed: not checked with GCC"
