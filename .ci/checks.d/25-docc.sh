#!/usr/bin/env bash
# The documentation of the libraries: every link leads somewhere, and the tutorial's last step is the
# file that Examples/CustomRules compiles and tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
cmp Sources/RuleEngine/RuleEngine.docc/Resources/FlushForwarded-4.swift \
    Examples/CustomRules/Sources/TeamRules/FlushForwarded.swift
graphs=$PWD/.build/symbol-graphs
rm -rf "$graphs" && mkdir -p "$graphs"
swift build --target RuleEngine -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir \
    -Xswiftc "$graphs" --scratch-path .build-docc 2>&1 | tail -1
ls "$graphs"/RuleEngine*.symbols.json >/dev/null
docc convert Sources/RuleEngine/RuleEngine.docc --additional-symbol-graph-dir "$graphs" \
    --fallback-display-name RuleEngine --fallback-bundle-identifier RuleEngine \
    --output-path .build/RuleEngine.doccarchive 2>&1 | tee .build/docc.txt | tail -20
if grep -E "^warning: .*(doesn't exist|Unable to resolve|No external|Resource)" .build/docc.txt; then
    echo "the documentation links to what is not there" >&2
    exit 1
fi
test -f .build/RuleEngine.doccarchive/data/tutorials/ruleengine/yourfirstrule.json \
    || test -f .build/RuleEngine.doccarchive/data/tutorials/RuleEngine/YourFirstRule.json \
    || find .build/RuleEngine.doccarchive/data -iname '*yourfirstrule*' | grep -q .
