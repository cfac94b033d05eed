#!/usr/bin/env bash
# The README's embedding example is Examples/Embedding, word for word; it builds and finds what it should.
set -euo pipefail
need python3
python3 - <<'PY'
import re, sys
readme = open("README.md", encoding="utf-8").read()
shown = re.findall(r"^```swift\n(.*?)^```$", readme, re.M | re.S)
source = open("Examples/Embedding/Sources/Embedding/main.swift", encoding="utf-8").read()
if source not in shown:
    sys.exit("README.md does not show Examples/Embedding/Sources/Embedding/main.swift as it is")
PY
# What is built of the checker is the same for all packages that use it, and is built once for them.
package=(--package-path Examples/Embedding --scratch-path .build-nested)
swift build "${package[@]}"
found=$(swift run "${package[@]}" --skip-build Embedding Examples/traces/ioctl-released-early.log)
echo "$found"
[ "$found" = "line 13: RemoveLockForwardDeviceControl: the IRP is forwarded without the remove lock" ]
