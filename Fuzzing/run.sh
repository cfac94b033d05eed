#!/usr/bin/env bash
# Fuzzing/run.sh TARGET SECONDS [libFuzzer option…]: builds a target with libFuzzer and the address
# sanitizer, makes its seeds, and runs it for so long. TARGET is FuzzReaders, FuzzLines, FuzzBinary, FuzzMapping,
# FuzzChecker or FuzzFiles.
#
# What it finds lands in Fuzzing/regressions/TARGET, which `swift test` replays; what it has learnt
# stays in Fuzzing/corpus/TARGET (not in the repository). Linux; SANITIZERS=fuzzer where the address
# sanitizer does not run; SEEDS_BUILD is a folder for the build of the program that makes the seeds.
set -euo pipefail
cd "$(dirname "$0")"
target=${1:?usage: Fuzzing/run.sh FuzzReaders|FuzzLines|FuzzBinary|FuzzMapping|FuzzChecker|FuzzFiles SECONDS [option...]}
seconds=${2:?usage: Fuzzing/run.sh FuzzReaders|FuzzLines|FuzzBinary|FuzzMapping|FuzzChecker|FuzzFiles SECONDS [option...]}
shift 2

# `--sanitize fuzzer --sanitize address` will not do: the compiler heeds only the last of two
# -sanitize options. lld, because gold warns of a thousand symbols of the sanitizer.
swift build -c release --scratch-path .build/fuzz --product "$target" \
  -Xswiftc "-sanitize=${SANITIZERS:-fuzzer,address}" -Xswiftc -use-ld=lld
seeds=${SEEDS_BUILD:-.build/seeds}
swift build --scratch-path "$seeds" --product MakeSeeds
if [ ! .build/seeds/made -nt "$seeds/debug/MakeSeeds" ]; then
  "$seeds/debug/MakeSeeds" .build/seeds/files ../Examples
  touch .build/seeds/made
fi
mkdir -p "corpus/$target" "regressions/$target" "corpus-min/$target"

# Swift's own backtrace of a crash takes minutes for such a binary; libFuzzer prints one.
export SWIFT_BACKTRACE=enable=no
".build/fuzz/release/$target" "corpus/$target" "corpus-min/$target" ".build/seeds/files/$target" \
  -max_total_time="$seconds" -rss_limit_mb=2048 -max_len=4096 -timeout=20 -print_final_stats=1 \
  -artifact_prefix="regressions/$target/" "$@"
