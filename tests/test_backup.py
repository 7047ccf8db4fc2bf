"""A province carried to another machine and back, and what a damaged backup says."""

import os
import shutil
import subprocess
import zipfile

import pytest
from django.db import connection

from tests.conftest import finish, tinhso

CAPTURE = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}


def refused(process: subprocess.Popen) -> str:
    out, _ = process.communicate(timeout=120)
    assert process.returncode != 0
    return out


@pytest.fixture(scope="module")
def saved(province_folder, tmp_path_factory):
    file = tmp_path_factory.mktemp("backup") / "province.zip"
    finish(tinhso(province_folder, "tinhso", "backup", str(file), **CAPTURE))
    return file


def test_a_province_comes_back_whole(saved, tmp_path):
    finish(tinhso(tmp_path, "tinhso", "restore", str(saved), **CAPTURE))
    finish(tinhso(tmp_path, "tinhso", "check", "--database", "default", **CAPTURE))
    finish(tinhso(tmp_path, "tinhso", "check_log", **CAPTURE))
    assert saved.stat().st_mode & 0o077 == 0


def test_a_province_with_data_is_not_replaced_unasked(saved, province_folder, tmp_path):
    var = tmp_path / "var"
    shutil.copytree(province_folder, var)
    assert "--replace" in refused(tinhso(var, "tinhso", "restore", str(saved), **CAPTURE))
    finish(tinhso(var, "tinhso", "restore", str(saved), "--replace", **CAPTURE))
    assert (var / "tinhso.sqlite3.before-restore").exists()


@pytest.mark.parametrize("damage", ["not a zip", "member differs", "no manifest"])
def test_a_damaged_backup_is_named_and_touches_nothing(saved, tmp_path, damage):
    bad = tmp_path / "bad.zip"
    if damage == "not a zip":
        bad.write_bytes(b"PK nothing")
    else:
        with zipfile.ZipFile(saved) as whole, zipfile.ZipFile(bad, "w") as copy:
            for item in whole.infolist():
                if damage == "no manifest" and item.filename == "manifest.json":
                    continue
                body = whole.read(item)
                if damage == "member differs" and item.filename.startswith("database"):
                    body = body[:-1] + bytes([body[-1] ^ 1])
                copy.writestr(item.filename, body)
    var = tmp_path / "var"
    out = refused(tinhso(var, "tinhso", "restore", str(bad), **CAPTURE))
    assert "bad.zip" in out or "database" in out
    assert not (var / "tinhso.sqlite3").exists()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_province_on_postgresql_comes_back_whole(tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("the embedded database has its own tests above")
    import psycopg

    cluster = os.environ["DATABASE_URL"]
    with psycopg.connect(cluster, autocommit=True) as admin:
        admin.execute("CREATE DATABASE carried")
    target = {"database": cluster.rsplit("/", 1)[0] + "/carried", **CAPTURE}
    file = tmp_path / "province.zip"
    for words in (["migrate", "-v0"], ["demo"], ["sequencer", "--once"], ["backup", str(file)]):
        finish(tinhso(tmp_path, "tinhso", *words, **target))
    assert "--replace" in refused(tinhso(tmp_path, "tinhso", "restore", str(file), **target))
    finish(tinhso(tmp_path, "tinhso", "restore", str(file), "--replace", **target))
    finish(tinhso(tmp_path, "tinhso", "check", "--database", "default", **target))
    finish(tinhso(tmp_path, "tinhso", "check_log", **target))
