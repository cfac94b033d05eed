#!/usr/bin/env bash
# The libraries as others see them: every public symbol has a comment, the rules use public symbols alone,
# every link of the documentation leads somewhere, and the tutorial's steps, which are made from
# Examples/CustomRules, compile.
set -euo pipefail
cd "$(dirname "$0")/../.."

swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >/dev/null
graphs=$(swift build --show-bin-path)/../symbolgraph
python3 .ci/symbols.py "$graphs"

typecheck() { # module, files…: as a package of somebody else's would compile them
    swiftc -typecheck -swift-version 6 -I "$(swift build --show-bin-path)/Modules" \
        -module-name "$1" "${@:2}"
}
# The rules use nothing that rules of other packages could not use.
# shellcheck disable=SC2046
typecheck Rules $(find Sources/Rules -name '*.swift')

for catalog in Sources/*/*.docc; do
    library=$(basename "$catalog" .docc)
    out=.build/documentation/$library
    rm -rf "$out" && mkdir -p "$out/graph"
    cp "$graphs/$library.symbols.json" "$out/graph"
    cp -R "$catalog" "$out"
    if [ "$library" = RuleEngine ]; then
        python3 .ci/tutorial.py "$out/RuleEngine.docc/Resources"
        for step in "$out"/RuleEngine.docc/Resources/FlushForwarded-*.swift; do typecheck Step "$step"; done
    fi
    docc convert "$out/$library.docc" --additional-symbol-graph-dir "$out/graph" \
        --fallback-display-name "$library" --fallback-bundle-identifier "$library" \
        --output-path "$out/$library.doccarchive" 2>&1 | tee "$out/log"
    if grep -E "^(warning|error): " "$out/log"; then
        echo "the documentation of $library has faults" >&2
        exit 1
    fi
done
find .build/documentation/RuleEngine -iname '*yourfirstrule*' | grep -q .
