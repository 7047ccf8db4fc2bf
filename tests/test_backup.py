"""A province carried to another machine and back, and what a damaged backup says."""

import shutil
import subprocess
import zipfile

import pytest

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
