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
swift build --package-path Examples/Embedding
found=$(swift run --package-path Examples/Embedding --skip-build Embedding \
  Examples/traces/ioctl-released-early.log)
echo "$found"
[ "$found" = "line 13: RemoveLockForwardDeviceControl: the IRP is forwarded without the remove lock" ]
