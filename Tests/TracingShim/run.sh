#!/bin/sh
# Runs the two drivers of this folder in user mode, correct and with each fault of expected.csv, and
# has their traces checked: what is found must be what was built in.
# Needs Linux, clang and python3.
# Usage: run.sh CHECKER [VARIANT...]; CLANG names another compiler, KEEP a folder for the traces.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
checker=${1:?usage: run.sh CHECKER [VARIANT...]}
shift

if [ -z "${CLANG:-}" ]; then
  CLANG=$(command -v clang || true)
  if [ -z "$CLANG" ]; then
    swift=$(readlink -f "$(command -v swift)") # the toolchain brings its own
    CLANG=$(dirname "$swift")/clang
  fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
traces=${KEEP:-$work/traces}
mkdir -p "$traces" "$work/failed"

# -- building: the kernel once, the drivers as images of their own for each sink --

flags="-std=c11 -g -O1 -Wall -Wextra -Werror -fPIC -I $here -I $here/../../Tracing"
# shellcheck disable=SC2086
"$CLANG" $flags -rdynamic -pthread \
  "$here/main.c" "$here/kernel.c" "$here/deferred.c" "$here/iomanager.c" \
  "$here/startio.c" "$here/levels.c" "$here/bus.c" \
  -o "$work/shim" -ldl

build() { # name, sink, further options, further files
  mkdir -p "$work/$1"
  # shellcheck disable=SC2086
  "$CLANG" $flags -shared -DDDI_TRACE_SINK=DDI_TRACE_SINK_$2 $3 -DDDI_TRACE_DRIVER=function \
    "$here"/function*.c $4 -o "$work/$1/function.so"
  # shellcheck disable=SC2086
  "$CLANG" $flags -shared -DDDI_TRACE_SINK=DDI_TRACE_SINK_$2 $3 -DDDI_TRACE_DRIVER=filter \
    -DDDI_TRACE_ROLE=FIDO "$here/filter.c" $4 -o "$work/$1/filter.so"
}
build off OFF "" ""
build dbgprint DBGPRINT "" ""
build crowded DBGPRINT "-DDDI_TRACE_ROUTINES=2 -DDDI_TRACE_TIMERS=1 -DDDI_TRACE_DEVICES=1" ""
build wpp WPP "" ""
build etw ETW "-I $here/etw" ""
build ring RING -DDDI_TRACE_RING_LINES=1024 "$here/ring.c"
build large RING -DDDI_TRACE_RING_LINES=8192 "$here/ring.c"

run() { # build variant scenario [ring prefix]
  timeout 60 "$work/shim" "$work/$1/function.so" "$work/$1/filter.so" "$2" "$3" ${4:-}
}

# -- checking --

failures=0
cases=0
count=0

# Rules that the catalogue does not have (yet) are not asked for.
check() { # name trace must may [events]
  cases=$((cases + 1))
  "$checker" check --format json --fail-on never - <"$2" >"$2.json" || {
    echo "FAILED $1: the checker ended with status $?" >&2
    failures=$((failures + 1))
    return 0
  }
  python3 "$here/judge.py" "$1" "$2.json" "$2" "$3" "$4" "${5:-}" || failures=$((failures + 1))
}

wanted() { # variant, the variants asked for
  [ $# -eq 1 ] && return 0
  variant=$1
  shift
  for one in "$@"; do
    [ "$one" = "$variant" ] && return 0
  done
  return 1
}

# The ring buffer, taken out of a dump by its header as docs/tracing.md says: 0x40 bytes of header, then
# the lines; the oldest is number (count % lines).
number() { # file offset
  od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}
bytes() { # file offset count
  tail -c +$(($2 + 1)) "$1" | head -c "$3"
}
unroll() { # dump
  line=$(number "$1" 16)
  lines=$(number "$1" 20)
  oldest=$((line * ($(number "$1" 24) % lines)))
  bytes "$1" $((64 + oldest)) $((line * lines - oldest))
  bytes "$1" 64 "$oldest"
}

# What the function driver logs: into the debugger, or (scenario `ring`) into the ring buffer, which alone is told of what
# happens above DISPATCH_LEVEL.
log() { # variant scenario
  if [ "$2" = ring ]; then
    run large "$1" quiet "$work/ring-$1" >/dev/null && unroll "$work/ring-$1.function"
  else
    run dbgprint "$1" "$2"
  fi
}

# Two variants at once, each with a report of its own.
one() { # variant scenario must may events
  trace=$traces/$1-$2.log
  log "$1" "$2" >"$trace" 2>"$work/messages-$1-$2" || {
    cat "$work/messages-$1-$2" >&2
    echo "FAILED $1: the drivers did not run" >&2
    touch "$work/failed/$1-$2"
    return 0
  }
  before=$failures
  check "$1 ($2)" "$trace" "$3" "$4" "$5"
  [ "$failures" = "$before" ] || touch "$work/failed/$1-$2"
}

tail -n +2 "$here/expected.csv" | tr -d '\r' >"$work/expected"
running=0
while IFS=, read -r variant scenario must may events; do
  wanted "$variant" "$@" || continue
  count=$((count + 1))
  one "$variant" "$scenario" "$must" "$may" "$events" &
  running=$((running + 1))
  if [ "$running" -ge 2 ]; then
    wait
    running=0
  fi
done <"$work/expected"
wait
cases=$count
for file in "$work"/failed/*; do
  [ ! -e "$file" ] || failures=$((failures + 1))
done

# Every rule has a fault, or there is a reason why none.
echo "@ddi TraceStart version=1" | "$checker" check --format json --fail-on never - >"$work/rules.json"
python3 "$here/complete.py" "$work/rules.json" "$here/expected.csv" "$here/without.csv" ||
  failures=$((failures + 1))

# -- the other sinks --

fail() {
  echo "FAILED $1" >&2
  failures=$((failures + 1))
}

# Tracing off: not one line.
run off correct quiet >"$work/off.log" 2>/dev/null
cases=$((cases + 1))
[ ! -s "$work/off.log" ] || fail "off: the drivers log although tracing is off"

# Through a function of the driver's, as WPP is reached, and through a TraceLogging provider: with
# tracefmt's prefix, and what it puts around a field.
for sink in wpp etw; do
  run $sink correct held >"$traces/$sink.log" 2>/dev/null
  check "sink $sink" "$traces/$sink.log" "" ""
  run $sink surprise-without-lock quiet >"$traces/$sink-fault.log" 2>/dev/null
  check "sink $sink, a fault" "$traces/$sink-fault.log" RemoveLockMnSurpriseRemove ""
done

# Hardly any room to follow routines and devices: the drivers work all the same, TraceLost says what is
# missing, and nothing is found that is not there.
run crowded correct held >"$traces/crowded.log" 2>/dev/null
check "hardly any room" "$traces/crowded.log" "" ""
grep -q "^@ddi TraceLost .* count=[1-9]" "$traces/crowded.log" || fail "hardly any room: no TraceLost"

# The ring buffer.
run ring correct held "$work/ring" >/dev/null 2>&1
for driver in function filter; do
  dump=$work/ring.$driver
  [ "$(bytes "$dump" 0 16)" = DDI-TRACE-RING-1 ] || fail "ring of $driver: no header"
  unroll "$dump" >"$traces/ring-$driver.log"
  check "ring of $driver" "$traces/ring-$driver.log" "" ""
  # A ring taken apart in the wrong place would not end with the driver's last event.
  [ "$(wc -l <"$traces/ring-$driver.log")" -eq 1024 ] || fail "ring of $driver: not 1024 lines"
  grep -vq "^@ddi " "$traces/ring-$driver.log" && fail "ring of $driver: a line is no event"
  tail -n 1 "$traces/ring-$driver.log" | grep -q "^@ddi DriverUnload " ||
    fail "ring of $driver: it does not end with DriverUnload"
done

# A hang, and a ring that is large enough for all that happened before: the dump tells what is held.
run large read-keeps-lock quiet "$work/hang" >/dev/null 2>&1
unroll "$work/hang.function" >"$traces/ring-hang.log"
check "ring after a hang" "$traces/ring-hang.log" \
  "RemoveLockReleaseRead;RemoveLockForwardRead2;RemoveLockRelease2;RemoveLockStateStuck" ""

if [ "$failures" -gt 0 ]; then
  echo "TracingShim: $failures of $cases cases failed" >&2
  exit 1
fi
echo "TracingShim: $cases cases, all as expected"
