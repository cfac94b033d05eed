#!/usr/bin/env bash
# Logs that grow, rotate and are cut short; pipes that close; disks that are full; input that cannot
# be read: what check does with each. Needs CHECKER, the release binary.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
traces=Examples/traces

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

told() { # pattern: waits until the run that follows a log has told it
    local tries
    for tries in $(seq 300); do
        grep -qs "$1" "$work/told.txt" && return
        sleep 0.1
    done
    fail "not told within 30 s after it was decided: $1; told: $(cat "$work/told.txt")"
}

echo "--follow: a log that grows, is cut short, and is rotated"
log=$work/grow.log
touch "$log"
"$CHECKER" check --follow --format json "$log" >"$work/out.json" 2>"$work/told.txt" &
checker=$!
head -40 $traces/hang-on-unplug.log >>"$log"
told "grow.log:36: error RemoveLockReleaseRead" # which heads the fault
: >"$log"
sleep 2 # nothing says that it was seen; it looks five times a second
echo '@ddi DispatchEnter dev=1 irp=2 mj=IRP_MJ_READ' >>"$log"
sleep 2
mv "$log" "$log.1"
cp $traces/ioctl-released-early.log "$log"
# Its lines are those of the file that has the log's name now.
line=$("$CHECKER" check --fail-on never --format json --rule RemoveLockForwardDeviceControl \
    $traces/ioctl-released-early.log |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["findings"][0]["line"])')
told "grow.log:$line: error RemoveLockForwardDeviceControl:"
# A fault is told once, whatever it breaks.
[ "$(grep -c 'grow.log:36: ' "$work/told.txt")" = 1 ] || fail "not told once: $(cat "$work/told.txt")"
kill -INT $checker
status=0
wait $checker || status=$?
[ $status = 1 ] || fail "Ctrl-C ended the run with status $status"
python3 - "$work/out.json" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
found = {finding["rule"] for finding in report["findings"]}
assert "RemoveLockForwardRead2" in found and "RemoveLockForwardDeviceControl" in found, found
assert [trace["lost"] for trace in report["traces"]] == [0, 1, 1], report["traces"]
assert len({trace["path"] for trace in report["traces"]}) == 1, report["traces"]
PY

echo "--follow: a log that is written anew, longer, between two looks; new faults when the report is full"
log=$work/anew.log
printf '@ddi IoInitializeRemoveLock lock=F8\n@ddi IoReleaseRemoveLock lock=F8 tag=1 fn=first\n' >"$log"
"$CHECKER" check --follow --max-findings 1 --format json "$log" >"$work/anew.json" 2>"$work/told.txt" &
checker=$!
told "anew.log:2: error RemoveLockStateUnderflow"
# In place, so that the file stays the same, and longer than it was.
{
    echo "# another log, longer than the one before it, whose first lines are of no interest to anybody"
    cat "$log"
    printf '@ddi IoInitializeRemoveLock lock=F9\n@ddi IoReleaseRemoveLock lock=F9 tag=1 fn=second\n'
} >"$work/longer.log"
cat "$work/longer.log" >"$log"
told "anew.log:5: error RemoveLockStateUnderflow"
kill -INT $checker
wait $checker || true
python3 - "$work/anew.json" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
assert len(report["traces"]) == 2 and report["traces"][1]["lost"] == 1, report["traces"]
PY

echo "Ctrl-C ends the wait for an idle pipe, with the report"
mkfifo "$work/idle"
for input in - "$work/idle"; do
    sleep 60 >"$work/idle" &
    writer=$!
    if [ "$input" = - ]; then
        "$CHECKER" check --jobs 2 --format json - <"$work/idle" >"$work/idle.json" 2>/dev/null &
    else
        "$CHECKER" check --jobs 2 --format json "$input" >"$work/idle.json" 2>/dev/null &
    fi
    checker=$!
    sleep 1
    kill -INT $checker
    for _ in $(seq 50); do
        kill -0 $checker 2>/dev/null || break
        sleep 0.1
    done
    if kill -0 $checker 2>/dev/null; then
        kill -KILL $checker
        fail "Ctrl-C did not end a check of $input within five seconds"
    fi
    wait $checker || true
    kill $writer
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$work/idle.json"
done

echo "standard input ends with its pipe"
status=0
cat $traces/hang-on-unplug.log | "$CHECKER" check --quiet - >/dev/null || status=$?
[ $status = 1 ] || fail "status $status from a pipe"

echo "a closed output pipe ends quietly"
("$CHECKER" rules --markdown 2>"$work/pipe.txt" || true) | head -1 >/dev/null
[ ! -s "$work/pipe.txt" ] || fail "a closed pipe was complained about: $(cat "$work/pipe.txt")"

echo "a full disk leaves no half file"
if [ -e /dev/full ]; then
    status=0
    "$CHECKER" check --format json $traces/hang-on-unplug.log >/dev/full 2>"$work/full.txt" || status=$?
    [ $status = 2 ] && grep -q "no space is left" "$work/full.txt" \
        || fail "status $status: $(cat "$work/full.txt")"
fi
echo old >"$work/target.json"
ln -s target.json "$work/link.json"
status=0
(
    ulimit -f 1
    "$CHECKER" check --format json --output "$work/link.json" $traces/hang-on-unplug.log 2>"$work/limit.txt"
) || status=$?
[ $status = 2 ] && grep -q "too large" "$work/limit.txt" \
    || fail "status $status at a limit: $(cat "$work/limit.txt")"
[ "$(cat "$work/target.json")" = old ] || fail "a report that could not be written replaced the old one"
[ "$(find "$work" -name '*.tmp')" = "" ] || fail "half a report is left"
"$CHECKER" check --fail-on never --output /dev/stdout $traces/hang-on-unplug.log >"$work/stdout.txt"
grep -q RemoveLockForwardRead2 "$work/stdout.txt" || fail "/dev/stdout was not written to"

status=0
"$CHECKER" check --output "$work/missing/report.txt" $traces/hang-on-unplug.log 2>/dev/null || status=$?
[ $status = 2 ] || fail "status $status for a report in a folder that is not there"

echo "one unreadable trace among several: the others are checked"
status=0
"$CHECKER" check --format json "$work" "$work/nothing.log" $traces/ioctl-released-early.log \
    >"$work/some.json" 2>"$work/some.txt" || status=$?
[ $status = 2 ] || fail "status $status"
grep -q "nothing.log" "$work/some.txt" || fail "no word of the missing file"
python3 - "$work/some.json" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
assert any(f["rule"] == "RemoveLockForwardDeviceControl" for f in report["findings"])
assert sum(d.get("level") == "error" for d in report["diagnostics"]) == 2, report["diagnostics"]
PY
