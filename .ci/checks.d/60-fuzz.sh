#!/usr/bin/env bash
# The fuzz targets build, and find nothing in half a minute each.
set -euo pipefail
if [ "$(uname)" != Linux ]; then
  echo "fuzzing needs Linux: left out"
  exit 0
fi
need ld.lld=lld
Fuzzing/run.sh FuzzReaders 30 -verbosity=0
Fuzzing/run.sh FuzzChecker 30 -verbosity=0
