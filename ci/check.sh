#!/usr/bin/env bash
# Checks traces in a CI: annotations for GitHub Actions and Azure Pipelines, and reports of every kind in
# one folder. Runs wherever bash 4 does, on Windows too (Git's bash).
#
#   ci/check.sh [options of checker-cli check] TRACE…
#
# CHECKER  the checker; checker-cli of the PATH where it is not set
# REPORTS  the folder of the reports; ddi-reports where it is not set
# OPTIONS  further options, one a line, such as --baseline=ci/base.json
# TRACES   further traces, one a line; * and ** stand for any names
#
# Ends with the exit status of the checker: 1 findings, 2 a trace that cannot be read.
set -uo pipefail
checker=${CHECKER:-checker-cli}
reports=${REPORTS:-ddi-reports}

fail() {
  echo "ci/check.sh: $1" >&2
  exit 2
}

arguments=("$@")
while IFS= read -r option; do
  option=${option%$'\r'}
  if [ -n "$option" ]; then arguments=("$option" "${arguments[@]}"); fi
done <<< "${OPTIONS:-}"

shopt -s globstar nullglob
while IFS= read -r pattern; do
  pattern=${pattern%$'\r'}
  [ -n "$pattern" ] || continue
  # Names with blanks stay whole: only the pattern is expanded.
  IFS=
  found=($pattern)
  unset IFS
  [ ${#found[@]} -gt 0 ] || fail "no trace fits $pattern"
  arguments+=("${found[@]}")
done <<< "${TRACES:-}"

[ ${#arguments[@]} -gt 0 ] || fail "no trace given; type ci/check.sh [options] TRACE…, or set TRACES"
command -v "$checker" > /dev/null || fail "there is no $checker; set CHECKER to the checker's path"
mkdir -p "$reports" || fail "cannot make the folder $reports"

format=text
if [ "${GITHUB_ACTIONS:-}" = true ]; then
  format=github
elif [ "${TF_BUILD:-}" = True ]; then
  format=azure
fi

status=0
"$checker" check --format "$format" \
  --report "json=$reports/report.json" --report "sarif=$reports/report.sarif" \
  --report "junit=$reports/report.xml" --report "markdown=$reports/report.md" \
  --report "html=$reports/report.html" "${arguments[@]}" || status=$?

if [ "$format" = azure ] && [ -e "$reports/report.md" ]; then
  # Azure wants an absolute path of the system, not of the shell.
  folder=$(cd "$reports" && { pwd -W 2> /dev/null || pwd; })
  echo "##vso[task.uploadsummary]$folder/report.md"
fi
exit "$status"
