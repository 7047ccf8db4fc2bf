#!/usr/bin/env bash
# Runs a command with DATABASE_URL naming a throwaway PostgreSQL: bash tools/postgres.sh pytest …
# PostgreSQL refuses to run as root, so root hands the cluster to the package's own user.
set -euo pipefail
bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)")
home=$(mktemp -d /tmp/tinhso-pg.XXXXXX)
if [ "$(id -u)" -eq 0 ]; then chown postgres "$home"; user=(runuser -u postgres --); else user=(); fi
as() { (cd "$home" && "${user[@]}" "$@"); }
stop() { as "$bin/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$home"; }
trap stop EXIT
as "$bin/initdb" -D "$home/data" -U tinhso --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as "$bin/pg_ctl" -D "$home/data" -w -l "$home/log" \
  -o "-c listen_addresses='' -k $home -c fsync=${PG_FSYNC:-off} -c max_connections=50" start >/dev/null
as "$bin/createdb" -h "$home" -U tinhso tinhso
DATABASE_URL="postgres://tinhso@$(printf %s "$home" | sed 's#/#%2F#g')/tinhso" "$@"
