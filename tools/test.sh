#!/usr/bin/env bash
# Everything a change must pass. `soak` runs the long tests instead.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=$(realpath -s "${BIN:-.venv/bin}"); export BIN
export TINHSO_VAR="$PWD/.build/var"
mkdir -p "$TINHSO_VAR"
bash tools/packages.sh
"$BIN/tinhso" compile_messages
if [ "${1:-}" = soak ]; then
  "$BIN/pytest" -m soak
  bash tools/postgres.sh "$BIN/pytest" -m "soak and both_databases"
  exit 0
fi
bash tools/lint.sh
echo "== unit, SQLite";       "$BIN/pytest" -n 2 -m "not soak and not browser and not api"
echo "== both, PostgreSQL";   bash tools/postgres.sh "$BIN/pytest" -n 2 -m "both_databases and not soak"
echo "== API, schemathesis";  "$BIN/pytest" -n 2 -m api
echo "== browser";            "$BIN/pytest" -n 2 --dist loadfile -m browser
