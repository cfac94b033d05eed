#!/usr/bin/env bash
# .ci/sanitizers.sh [SANITIZER…]: all tests under the sanitizers of Swift on this system: on Linux `address` and
# `thread` (the compiler knows no `undefined` there; what it would find traps in every build), on macOS
# `undefined` too. Takes half an hour and more; the nightly workflow runs it, `.ci/run` does not.
set -euo pipefail
cd "$(dirname "$0")/.."
case $(uname) in
  Darwin) known="address thread undefined" ;;
  *) known="address thread" ;;
esac
# Swift's own backtrace of what a sanitizer finds takes minutes.
export SWIFT_BACKTRACE=enable=no
export TSAN_OPTIONS="suppressions=$PWD/.ci/thread-sanitizer.txt halt_on_error=1 ${TSAN_OPTIONS:-}"
export ASAN_OPTIONS="detect_leaks=0 ${ASAN_OPTIONS:-}"
for sanitizer in ${*:-$known}; do
  echo "== $sanitizer"
  began=$SECONDS
  folder=.build/sanitizer-$sanitizer
  # lld, because gold warns of a thousand symbols of a sanitizer.
  linker=()
  if [ "$(uname)" = Linux ]; then linker=(-Xswiftc -use-ld=lld); fi
  swift build --build-tests --sanitize="$sanitizer" --scratch-path "$folder" "${linker[@]}"
  swift test --skip-build --sanitize="$sanitizer" --scratch-path "$folder" "${linker[@]}"
  echo "-- $sanitizer: $((SECONDS - began)) s"
done
