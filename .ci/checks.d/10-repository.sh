#!/usr/bin/env bash
# Properties of the repository: sizes, forbidden constructs, where the operating system is asked.
set -euo pipefail
need python3
python3 .ci/repository.py
