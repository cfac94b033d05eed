#!/usr/bin/env bash
# The properties of clean traces at every line of several traces: synthesized ones, and those of real drivers
# where there is a corpus. In the debug build, which is there: a release build of the tests takes longer than it
# saves. Needs CHECKER.
set -euo pipefail
cd "$(dirname "$0")/../.."
traces=$(mktemp -d)
trap 'rm -rf "$traces"' EXIT

for seed in 1 2 3; do
    "$CHECKER" synthesize --events 600 --seed $seed --output "$traces/synthesized-$seed.jsonl"
done
if [ -d ../shared/corpus/drivers ]; then
    cp ../shared/corpus/drivers/clean-* "$traces"
fi
echo "going through $(ls "$traces" | wc -l) traces, cut, begun and lost at every line"
swift build --build-tests
DDI_CHECKER_TRACES=$traces swift test --skip-build --filter PropertyTests 2>&1 \
    | grep -vE '^\[|Test case passing' | tail -20
exit "${PIPESTATUS[0]}"
