#!/usr/bin/env bash
# Every benchmark, one after the other; each prints ratios measured in one run.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=$(realpath -s "${BIN:-.venv/bin}")
export TINHSO_VAR="$PWD/.build/bench"
mkdir -p "$TINHSO_VAR"
for file in bench/[a-z]*.py; do
  echo; echo "== $file"; "$BIN/python" "$file"
done
