#!/usr/bin/env bash
# The libraries as others see them: every public symbol has a comment, the rules use public symbols alone,
# every link of the documentation leads somewhere, and the tutorial's steps compile; its last ones are the
# files that Examples/CustomRules compiles and tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
resources=Sources/RuleEngine/RuleEngine.docc/Resources
example=Examples/CustomRules
same() { # what the tutorial shows, what is compiled
    cmp "$resources/$1" "$example/$2" || { echo "copy $example/$2 to $resources/$1" >&2; exit 1; }
}
same FlushForwarded-4.swift Sources/TeamRules/FlushForwarded.swift
same TeamRules.swift Sources/TeamRules/TeamRules.swift
same TeamRulesTests.swift Tests/TeamRulesTests/TeamRulesTests.swift
same team-checker.swift Sources/team-checker/main.swift

swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >/dev/null
graphs=$(swift build --show-bin-path)/../symbolgraph
python3 .ci/symbols.py "$graphs"

typecheck() { # module, files…: as a package of somebody else's would compile them
    swiftc -typecheck -swift-version 6 -I "$(swift build --show-bin-path)/Modules" \
        -module-name "$1" "${@:2}"
}
for step in $resources/FlushForwarded-*.swift; do typecheck Step "$step"; done
# The rules use nothing that rules of other packages could not use.
# shellcheck disable=SC2046
typecheck Rules $(find Sources/Rules -name '*.swift')

for catalog in Sources/*/*.docc; do
    library=$(basename "$catalog" .docc)
    out=.build/documentation/$library
    rm -rf "$out" && mkdir -p "$out/graph"
    cp "$graphs/$library.symbols.json" "$out/graph"
    docc convert "$catalog" --additional-symbol-graph-dir "$out/graph" \
        --fallback-display-name "$library" --fallback-bundle-identifier "$library" \
        --output-path "$out/$library.doccarchive" 2>&1 | tee "$out/log"
    if grep -E "^(warning|error): " "$out/log"; then
        echo "the documentation of $library has faults" >&2
        exit 1
    fi
done
find .build/documentation/RuleEngine -iname '*yourfirstrule*' | grep -q .
