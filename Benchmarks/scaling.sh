#!/usr/bin/env bash
# How the checker grows, in tables as they stand in docs/performance.md: with the events, with the rules
# that do not apply, with what is live; and how much memory a trace takes that never ends.
#
#   Benchmarks/scaling.sh [events|rules|contexts|pipe]… [--short]
#
# pipe sends 10 GB (70 million events) from "synthesize" to "check".
set -euo pipefail
cd "$(dirname "$0")/.."
parts=() short=
for argument in "$@"; do
  if [ "$argument" = --short ]; then short=yes; else parts+=("$argument"); fi
done
[ ${#parts[@]} -gt 0 ] || parts=(events rules contexts pipe)

pipe() {
  if [ -z "${CHECKER:-}" ]; then
    swift build -c release --product checker-cli >&2
    CHECKER=$PWD/.build/release/checker-cli
  fi
  python3 - "$CHECKER" $([ -z "$short" ] && echo 70000000 || echo 1000000) <<'PY'
import os, subprocess, sys, time
checker, events = sys.argv[1:]
start = time.perf_counter()
maker = subprocess.Popen([checker, "synthesize", "--events", events, "--devices", "16",
                          "--threads", "4"], stdout=subprocess.PIPE)
check = subprocess.Popen([checker, "check", "--quiet", "-"], stdin=maker.stdout,
                         stdout=subprocess.DEVNULL)
maker.stdout.close()
_, status, usage = os.wait4(check.pid, 0)
check.returncode = os.waitstatus_to_exitcode(status)
maker.wait()
print("| events through a pipe | checker's processor s | wall s | largest resident MB |")
print("|---:|---:|---:|---:|")
print(f"| {events} | {usage.ru_utime + usage.ru_stime:.1f} | {time.perf_counter() - start:.1f} "
      f"| {usage.ru_maxrss * 1024 / 1e6:.1f} |")
if check.returncode or usage.ru_maxrss * 1024 > 64e6:
    sys.exit("more than 64 MB, or findings in a clean trace")
PY
}

for part in "${parts[@]}"; do
  if [ "$part" = pipe ]; then
    pipe
  else
    case $short$part in
    yesevents) largest=1000000 ;;
    yesrules) largest=420 ;;
    yescontexts) largest=100000 ;;
    *) largest= ;;
    esac
    swift run --package-path Benchmarks -c release scaling "$part" $largest
  fi
  echo
done
