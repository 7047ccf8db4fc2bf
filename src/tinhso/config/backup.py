"""Backup and restore: one file that holds the whole province.

A zip with the database (SQLite: an online snapshot; PostgreSQL: pg_dump's custom format), the stored files, the log's
key, and a manifest with the SHA-256 of each member. Restore checks every hash before it touches anything, refuses a
province that already holds data unless told otherwise, and checks the log afterwards.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tinhso.foundation.dates import stamp
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.places.models import Unit

MANIFEST = "manifest.json"
# Beside the database under TINHSO_VAR: stored files, and the keys that are not in the environment.
KEPT = ("files", "keys")
Say = Callable[[str], None]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pg_environment() -> dict[str, str]:
    """How PostgreSQL's own tools reach our database; the password stays out of the command line."""
    wanted: dict[str, Any] = connection.settings_dict
    pairs = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    return {**os.environ, **{key: str(wanted[name]) for key, name in pairs.items() if wanted.get(name)}}


def _run(*command: str) -> None:
    done = subprocess.run(command, env=_pg_environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Invalid(f"{command[0]}: {done.stderr.strip()[-500:]}", place=command[0])


def _dump(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        target = folder / "database.sqlite3"
        source = str(settings.DATABASES["default"]["NAME"])
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy, pages=2000)
        return target
    target = folder / "database.pgdump"
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return target


def _kept_files() -> Iterator[tuple[str, Path]]:
    for name in KEPT:
        top = settings.VAR / name
        for path in sorted(top.rglob("*")):
            if path.is_file():
                yield path.relative_to(settings.VAR).as_posix(), path


def backup(target: Path, say: Say) -> None:
    """Write the province to one file; it appears under its name only when complete."""
    partial = target.with_name(target.name + ".partial")
    with tempfile.TemporaryDirectory(dir=target.parent) as place:
        say("database …")
        dump = _dump(Path(place))
        members = [(dump.name, dump), *_kept_files()]
        manifest = {
            "made": stamp(timezone.now()),
            "database": connection.vendor,
            "members": {name: _sha256(path) for name, path in members},
        }
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            for number, (name, path) in enumerate(members, 1):
                archive.write(path, name)
                if number % 100 == 0:
                    say(f"{number}/{len(members)} files")
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    partial.chmod(0o600)
    partial.replace(target)
    say(f"{target}: {len(members)} members, {target.stat().st_size} bytes")


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack into an empty folder and check every member against the manifest."""
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise Invalid(f"not a backup: {error}", place=str(source)) from error
    with archive:
        if MANIFEST not in archive.namelist():
            raise Invalid("not a backup: it has no manifest", place=str(source))
        manifest = json.loads(archive.read(MANIFEST))
        for name, digest in manifest["members"].items():
            target = (folder / name).resolve()
            if not target.is_relative_to(folder.resolve()):
                raise Invalid("a member would land outside the folder", place=name)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with archive.open(name) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file, 1 << 20)
            except (KeyError, zipfile.BadZipFile) as error:
                raise Invalid("a member is missing or damaged", place=name) from error
            if _sha256(target) != digest:
                raise Invalid("a member differs from the manifest", place=name)
    return manifest


def _holds_data() -> bool:
    if connection.vendor == "sqlite" and not Path(settings.DATABASES["default"]["NAME"]).exists():
        return False
    return Unit._meta.db_table in connection.introspection.table_names() and Unit.objects.exists()


def restore(source: Path, say: Say, *, replace: bool = False) -> None:
    """Bring a backup back. Web and workers must be stopped; the old state is set aside, not deleted."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.VAR) as place:
        folder = Path(place)
        say("checking …")
        manifest = _unpack(source, folder)
        if manifest["database"] != connection.vendor:
            raise Invalid(
                f"the backup is of {manifest['database']}, this installation runs {connection.vendor}",
                place="DATABASE_URL",
                mend=f"Restore into {manifest['database']}.",
            )
        if not replace and _holds_data():
            raise Conflict("this province already holds data", place=str(settings.VAR), mend="Add --replace.")
        say("database …")
        connection.close()
        if manifest["database"] == "sqlite":
            live = Path(settings.DATABASES["default"]["NAME"])
            for suffix in ("", "-wal", "-shm"):
                old = live.with_name(live.name + suffix)
                if old.exists():
                    old.replace(old.with_name(old.name + ".before-restore"))
            (folder / "database.sqlite3").replace(live)
        else:
            _run(
                "pg_restore",
                "--clean",
                "--if-exists",
                "--no-owner",
                "--single-transaction",
                f"--dbname={_pg_environment()['PGDATABASE']}",
                str(folder / "database.pgdump"),
            )
        for name in KEPT:
            back, live_one = folder / name, settings.VAR / name
            if not back.exists():
                continue
            if live_one.exists():
                aside = live_one.with_name(f"{name}.before-restore")
                shutil.rmtree(aside, ignore_errors=True)
                live_one.replace(aside)
            back.replace(live_one)
            for key in live_one.iterdir() if name == "keys" else ():
                key.chmod(0o600)
    say("restored")
