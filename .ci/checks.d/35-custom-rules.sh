#!/usr/bin/env bash
# A package with a team's own rules builds against the checker, its tests pass, and its command line has
# the rules in it.
set -euo pipefail
swift test --package-path Examples/CustomRules
swift run --package-path Examples/CustomRules --skip-build team-checker --version
# The example trace breaks the rule about events of the team's own, and nothing else.
status=0
swift run --package-path Examples/CustomRules --skip-build team-checker check --format json \
    Examples/CustomRules/traces/sessions.log >.build/sessions.json || status=$?
test "$status" = 1
grep -q '"findings":\[{"rule":"TeamNoDataAfterSession"' .build/sessions.json
