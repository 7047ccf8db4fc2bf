#!/usr/bin/env bash
# Style, types, layers: everything that needs no database.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=$(realpath -s "${BIN:-.venv/bin}")
export TINHSO_VAR="${TINHSO_VAR:-$PWD/.build/var}"
mkdir -p "$TINHSO_VAR"
echo "== style";  "$BIN/ruff" check . && "$BIN/ruff" format --check --quiet .
echo "== types";  "$BIN/mypy"
echo "== layers"; "$BIN/lint-imports" --no-cache
