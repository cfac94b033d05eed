#!/usr/bin/env bash
# A package with a team's own rules builds against the checker, its tests pass, and its command line has
# the rules in it; and so does a package that new-rule has made, with the rules that it writes into it.
set -euo pipefail
# The packages that use the checker have one folder for what they build.
built=$PWD/.build-nested
examples=(--package-path Examples/CustomRules --scratch-path "$built")
swift test "${examples[@]}"
swift run "${examples[@]}" --skip-build team-checker --version
# The example trace breaks the rule about events of the team's own, and nothing else.
status=0
swift run "${examples[@]}" --skip-build team-checker check --format json \
    Examples/CustomRules/traces/sessions.log >.build/sessions.json || status=$?
test "$status" = 1
grep -q '"findings":\[{"rule":"TeamNoDataAfterSession"' .build/sessions.json

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
checker=$PWD
cd "$folder"
"$CHECKER" new-rule FlushAnswered --new-package acme-rules --checker-path "$checker"
cd acme-rules
# A rule of each kind beside it.
rules='Rule(FlushAnsweredRule())'
for kind in request lock device own-irp hold allocation handle call events monitor; do
    name=Acme${kind//-/}
    "$CHECKER" new-rule "$name" --kind "$kind"
    rules="$rules, Rule(${name}Rule())"
done
sed -i.old "s/^\( *\)Rule(FlushAnsweredRule())\$/\1$rules,/" Sources/AcmeRules/AcmeRules.swift
rm Sources/AcmeRules/AcmeRules.swift.old
swift format format --in-place --configuration "$checker/.swift-format" Sources/AcmeRules/AcmeRules.swift
swift format lint --strict --recursive --configuration "$checker/.swift-format" .
swift test --scratch-path "$built" 2>&1 | tee "$folder/test.log"
# Each rule is checked by its own test as well as with all others.
for words in 'Test "the rules are sound" passed' 'Suite "FlushAnswered" passed' \
    'Suite "Acme'{request,lock,device,ownirp,hold,allocation,handle,call,events,monitor}'" passed'; do
    grep -qF "$words" "$folder/test.log" || { echo "no line says: $words" >&2; exit 1; }
done
team() { swift run --scratch-path "$built" --skip-build acme-checker "$@"; }
team explain Acmeevents >"$folder/page"
grep -qF 'error[Acmeevents]' "$folder/page"
# The program calls itself by its own name wherever it names itself.
for page in "help" "help completions" "help synthesize" "completions bash" "completions zsh" \
    "completions fish" "completions powershell" "man"; do
    # shellcheck disable=SC2086
    if team $page | tr -d '\\' | grep -n 'checker-cli'; then
        echo "$page names checker-cli, not acme-checker" >&2
        exit 1
    fi
done
echo "new-rule's packages build, their tests pass, their programs know the rules"
