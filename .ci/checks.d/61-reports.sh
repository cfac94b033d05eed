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
# JSON reports are what their schema says: of each example, of all together, and with what is known marked.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for reading in tracked sdv; do
  for trace in Examples/traces/*; do
    "$CHECKER" check --no-config --reading "$reading" --fail-on never --format json \
      --output "$folder/$reading-$(basename "$trace").json" "$trace"
  done
  "$CHECKER" check --no-config --reading "$reading" --fail-on never --max-findings 2 --format json \
    --output "$folder/$reading-few.json" --write-baseline "$folder/known" Examples/traces/* 2>/dev/null
  "$CHECKER" check --no-config --reading "$reading" --fail-on never --baseline "$folder/known" \
    --format json --output "$folder/$reading-known.json" Examples/traces/*
done
"$CHECKER" merge --no-config --fail-on never --format json --output "$folder/merged.json" \
  "$folder"/tracked-*.log.json
python=$(python-with check_jsonschema=check-jsonschema==0.39.0)
"$python" -m check_jsonschema --schemafile docs/report.schema.json "$folder"/*.json
"$python" -m check_jsonschema --check-metaschema docs/report.schema.json
