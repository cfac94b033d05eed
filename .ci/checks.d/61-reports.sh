#!/usr/bin/env bash
# Reports of the example traces in every format: valid against the schemas of SARIF and JUnit, lines as
# their readers take them, and the recipes for CI tried as far as one can without a CI.
set -euo pipefail
need python3
schemas=
for folder in "${DDI_CHECKER_SCHEMAS:-}" ../shared/data ../../shared/data; do
  if [ -n "$folder" ] && [ -e "$folder/sarif-schema-2.1.0.json" ]; then schemas=$folder && break; fi
done
python=python3
if [ -z "$schemas" ]; then
  echo "no schemas of SARIF and JUnit here (DDI_CHECKER_SCHEMAS names their folder): not validated"
else
  python=$(python-with jsonschema=jsonschema==4.25.1 xmlschema=xmlschema==4.1.0)
fi
DDI_CHECKER_SCHEMAS=$schemas "$python" .ci/reports.py
