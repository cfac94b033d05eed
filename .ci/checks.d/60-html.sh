#!/usr/bin/env bash
# The HTML report in a browser: nothing from a hostile trace runs, the page's own script does, the page
# has its parts with and without it, and it can be printed. Pictures for people are left in
# .build/html-report.
set -euo pipefail
need chromium python3
out=.build/html-report
rm -rf "$out"
mkdir -p "$out"
python3 .ci/html_report.py write-hostile-trace "$out/hostile<b>.jsonl"

render() { # page, trace…
  local page=$1 status=0
  shift
  "$CHECKER" check --format html --output "$out/$page" "$@" || status=$?
  [ "$status" = 1 ] || { echo "check of $* ended with $status, not 1" >&2; exit 1; }
}
render hostile.html "$out/hostile<b>.jsonl"
render examples.html Examples/traces/*
python3 .ci/html_report.py write-many-faults "$out/many.log"
render many.html --max-findings 0 "$out/many.log"
python3 .ci/html_report.py add-clock "$out/many.html" "$out/clock.html"
python3 .ci/html_report.py check-digest "$out/hostile.html"
python3 .ci/html_report.py add-filter-test "$out/examples.html" "$out/filtered.html"
python3 .ci/html_report.py remove-script "$out/hostile.html" "$out/plain.html"

browser() { # arguments of chromium
  local flags=(--headless=new --disable-gpu --hide-scrollbars --no-first-run
    --user-data-dir="$PWD/$out/profile")
  [ "$(id -u)" != 0 ] || flags+=(--no-sandbox)
  timeout 120 chromium "${flags[@]}" "$@" 2>"$out/browser.log" ||
    { cat "$out/browser.log" >&2; exit 1; }
}
at="file://$PWD/$out"
browser --dump-dom "$at/hostile.html#f2" >"$out/hostile.dom"
browser --dump-dom "$at/plain.html" >"$out/plain.dom"
browser --dump-dom "$at/filtered.html" >"$out/filtered.dom"
# Time is real here: the page is given as long as it needs.
browser --timeout=60000 --dump-dom "$at/clock.html" >"$out/clock.dom"
for page in hostile examples; do
  browser --window-size=1400,2400 --blink-settings=preferredColorScheme=1 \
    --screenshot="$out/$page-light.png" "$at/$page.html"
  browser --window-size=1400,2400 --blink-settings=preferredColorScheme=0 \
    --screenshot="$out/$page-dark.png" "$at/$page.html"
  browser --no-pdf-header-footer --print-to-pdf="$out/$page.pdf" "$at/$page.html"
done
for width in 700 420; do
  browser --window-size=$width,1800 --blink-settings=preferredColorScheme=1 \
    --screenshot="$out/examples-$width.png" "$at/examples.html"
done
browser --window-size=700,1800 --blink-settings=preferredColorScheme=0 \
  --screenshot="$out/examples-700-dark.png" "$at/examples.html"
rm -rf "$out/profile"
python3 .ci/html_report.py check "$out"
