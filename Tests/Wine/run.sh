#!/usr/bin/env bash
# Builds kernel drivers with ddi_trace.h for Windows, runs them in Wine, correct and with one fault at a
# time, and has their traces checked: what is found must be what was built in, and nobody else is blamed.
# Needs Linux on x86-64, Wine 8 or later with its 64-bit part, the driver kit headers and libraries of
# MinGW-w64, clang and ld.lld (a Swift toolchain has them), python3.
# Usage: run.sh CHECKER [FAULT...|ring]; KEEP names a folder for the traces.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
shim=$here/../TracingShim
checker=${1:?usage: run.sh CHECKER [FAULT...|ring]}
shift
wanted=" $* "

tools=$(dirname "$(readlink -f "$(command -v swift || command -v clang)")")
clang=$(command -v clang || echo "$tools/clang")
lld=$(command -v ld.lld || echo "$tools/ld.lld")
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
include=/usr/share/mingw-w64/include
libraries=/usr/x86_64-w64-mingw32/lib

work=$(mktemp -d)
traces=${KEEP:-$work/traces}
mkdir -p "$traces"

# No display, no .NET, no browser, no dialogs; what drivers print with DbgPrintEx goes to standard error.
unset DISPLAY WAYLAND_DISPLAY
export WINEDEBUG=fixme-all,err+all,warn+debugstr
export WINEDLLOVERRIDES=mscoree,mshtml,winedbg.exe=

# Every prefix has a server of its own, which takes its processes with it.
stop() { # prefix
  [ -d "$1" ] || return 0
  WINEPREFIX=$1 timeout -k 5 30 wineserver -k || true
  WINEPREFIX=$1 timeout -k 5 30 wineserver -w || true
}
cleanup() {
  local prefix
  for prefix in "$work"/prefix*; do
    stop "$prefix"
  done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 143' TERM INT HUP

# -- the first prefix, made while the drivers are built; every run gets a copy --

prefix=$work/prefix
(
  export WINEPREFIX=$prefix
  # The server writes the registry when it ends, by itself or told to.
  timeout -k 5 400 "$wine" wineboot.exe -i && { timeout -k 5 60 wineserver -w || wineserver -k; }
) >"$work/boot.log" 2>&1 &
booting=$!

# -- building: the drivers' own files once for each sink; a fault is one more file, and linking --

compile() { # output, source, further options
  local output=$1 source=$2
  shift 2
  "$clang" -target x86_64-w64-mingw32 -std=c11 -O1 -Wall -Wextra -Werror \
    -nostdinc -isystem "$("$clang" -print-resource-dir)/include" -isystem "$include" \
    -isystem "$include/ddk" -D_CLANG_DISABLE_CRT_DEPRECATION_WARNINGS -mno-stack-arg-probe \
    -D_WIN32_WINNT=0x0601 -DNTDDI_VERSION=0x06010000 -DPOOL_TAGGING=1 -DDBG=0 \
    -I "$here/../../Tracing" "$@" -c "$source" -o "$output"
}

objects() { # sink, driver, its options, its sources
  local folder=$work/$1 sink=$1 driver=$2 options=$3 source
  shift 3
  for source in "$@" "$here/system.c"; do
    # shellcheck disable=SC2086
    compile "$folder/$driver-$(basename "$source" .c).o" "$source" \
      "-DDDI_TRACE_SINK=DDI_TRACE_SINK_$sink" "-DDDI_TRACE_DRIVER=$driver" $options
  done
}

build() { # sink
  mkdir -p "$work/$1"
  objects "$1" bus -DDDI_TRACE_BUS=1 "$here/bus.c"
  objects "$1" function -DUPPER_FILTER "$shim"/function*.c
  objects "$1" filter -DDDI_TRACE_ROLE=FIDO "$shim/filter.c"
  objects "$1" control "" "$here/control.c"
}

# The intrinsics of MinGW-w64 are defined in every object, hence --allow-multiple-definition, which is told.
link() { # sink, folder, fault
  local driver
  mkdir -p "$2"
  compile "$2/fault.o" "$here/fault.c" "-DFAULT=\"$3\""
  for driver in bus function filter control; do
    "$lld" -m i386pep --shared --subsystem native --entry EnterImage --dynamicbase \
      --allow-multiple-definition -o "$2/$driver.sys" "$work/$1/$driver"-*.o "$2/fault.o" \
      -L "$libraries" -lntoskrnl -lhal 2>"$work/link.log" || {
      cat "$work/link.log" >&2
      exit 1
    }
  done
  cp "$here/bus.inf" "$here/function.inf" "$2/"
}

[ "$wanted" = " ring " ] || build DBGPRINT
case "$wanted" in
  "  " | *" ring "*) build RING ;;
esac
compile "$work/exercise.o" "$here/exercise.c"
"$lld" -m i386pep --subsystem console --entry Start -o "$work/exercise.exe" "$work/exercise.o" \
  -L "$libraries" -lkernel32 -ladvapi32 -lsetupapi -lnewdev

if ! wait "$booting"; then
  cat "$work/boot.log" >&2
  echo "Wine: cannot make a prefix" >&2
  exit 1
fi

# -- running: two variants at once, each in a prefix of its own --

fail() {
  echo "FAILED $1" >&2
  touch "$work/failed"
}

# A prefix with a variant of the drivers in it.
prepare() { # sink, fault, prefix
  local file
  link "$1" "$3.drivers" "$2"
  cp -al "$prefix" "$3"
  for file in "$3"/*.reg; do # these are written in place
    cp "$file" "$file.copy"
    mv "$file.copy" "$file"
  done
}

exercise() { # scenario, prefix
  local folder=$2.drivers
  WINEPREFIX=$2 timeout -k 5 180 "$wine" "$work/exercise.exe" "$1" "Z:${folder//\//\\}"
}

check() { # name, trace, line of expected.csv
  local report=$2.json
  if "$checker" check --format json --fail-on never "$2" >"$report"; then
    python3 "$here/judge.py" "$report" "$1" "$3" || touch "$work/failed"
  else
    fail "$1: the checker ended with status $?"
  fi
}

variant() { # line of expected.csv
  local fault scenario trace own status=0
  IFS=, read -r fault scenario _ <<<"$1"
  trace=$traces/$fault-$scenario.log
  own=$work/prefix-$fault-$scenario
  prepare DBGPRINT "$fault" "$own"
  exercise "$scenario" "$own" >"$trace" 2>&1 || status=$? # what the drivers print is the trace
  stop "$own"
  if [ "$status" != 0 ]; then
    grep -v '@ddi' "$trace" >&2 || true
    fail "$fault ($scenario): the program ended with status $status"
  fi
  check "$fault ($scenario)" "$trace" "$1"
}

# A hang with the lines in memory: the process is stopped and its ring buffer taken out, while the program
# stays: the drivers' process goes with it.
ring() { # line of expected.csv
  local own=$work/prefix-ring tries messages=$traces/ring.messages
  prepare RING "${1%%,*}" "$own"
  exercise stay "$own" >"$messages" 2>&1 &
  for ((tries = 0; tries < 900; tries++)); do
    grep -q '^exercise: ' "$messages" && break
    sleep 0.2
  done
  python3 "$here/ring.py" "$own" function >"$traces/ring.log" || {
    cat "$messages" >&2
    fail "ring: cannot be read"
  }
  stop "$own"
  check "ring after a hang" "$traces/ring.log" "$1"
}

cases=0
begin() { # function, line
  cases=$((cases + 1))
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
    wait -n || true
  done
  "$@" &
}

while read -r line; do
  case "$wanted" in "  " | *" ${line%%,*} "*) begin variant "$line" ;; esac
done < <(tail -n +2 "$here/expected.csv" | tr -d '\r')
case "$wanted" in
  "  " | *" ring "*) begin ring "$(grep '^read-keeps-lock,' "$here/expected.csv" | tr -d '\r')" ;;
esac
wait

if [ -e "$work/failed" ]; then
  echo "Wine: some of $cases cases failed" >&2
  exit 1
fi
echo "Wine: $cases cases, all as expected, in $SECONDS s"
