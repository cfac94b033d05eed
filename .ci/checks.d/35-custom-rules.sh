#!/usr/bin/env bash
# A package with a team's own rules builds against the checker, its tests pass, and its command line has
# the rules in it.
set -euo pipefail
swift test --package-path Examples/CustomRules
swift run --package-path Examples/CustomRules --skip-build team-checker --version
