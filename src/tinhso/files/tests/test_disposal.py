"""Bytes nobody needs: they go once the last row lets go, never before, whoever was killed in between."""

import io
import os
import time

import pytest

from tinhso.files import disposal
from tinhso.files.disposal import discard, release, sweep
from tinhso.files.models import Release, StoredFile
from tinhso.files.stored import location, read, store
from tinhso.foundation.errors import Erased
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def keep(content: bytes = b"one", *, old: bool = True) -> StoredFile:
    stored = store(actor=SYSTEM, content=io.BytesIO(content), name="Đơn bà Lan.txt", public=True, personal=True)
    if old:
        age(stored.sha256)
    return stored


def age(sha256: str) -> None:
    past = time.time() - 2 * disposal.GRACE_SECONDS
    os.utime(location(sha256), (past, past))


def lying(stored: StoredFile) -> bool:
    return location(stored.sha256).exists()


def let_go(*files: StoredFile) -> int:
    return release(files=[file.pk for file in files], actor=SYSTEM)


def test_bytes_go_with_the_commit_when_the_last_row_lets_go(django_capture_on_commit_callbacks, client):
    first, second = keep(), keep()
    with django_capture_on_commit_callbacks(execute=True):
        assert let_go(first) == 1
    assert lying(second) and b"".join(read(second)) == b"one"
    with pytest.raises(Erased):
        read(first)
    assert client.get(f"/tep/{first.uid}/").status_code == 410
    with django_capture_on_commit_callbacks(execute=True):
        assert let_go(first, second) == 1
    assert not lying(second) and StoredFile.objects.count() == 2
    assert AuditRecord.objects.filter(verb="files.release").count() == 2


@pytest.mark.both_databases
def test_killed_before_the_bytes_went_the_sweep_completes_it():
    gone, stays = keep(), keep(b"two")
    let_go(gone)
    assert lying(gone), "committed, and killed"
    assert (sweep(), sweep()) == (1, 0)
    assert (lying(gone), lying(stays)) == (False, True)


def test_bytes_just_kept_again_are_not_taken_away():
    gone = keep()
    let_go(gone)
    again = keep(old=False)
    # As if the new row's transaction had not ended yet.
    assert again.pk and not Release.objects.filter(file=again).exists()
    rows, disposal.StoredFile = disposal.StoredFile, _NoRows
    try:
        assert discard([gone.sha256]) == 0
    finally:
        disposal.StoredFile = rows
    assert b"".join(read(again)) == b"one"


class _NoRows:
    class objects:
        @staticmethod
        def filter(**conditions):
            return StoredFile.objects.none()


def test_what_was_rolled_back_or_broken_off_goes_too(folder):
    location("0" * 64).parent.mkdir(parents=True)
    location("0" * 64).write_bytes(b"nobody's")
    (folder / "incoming-x").write_bytes(b"half a file")
    assert sweep() == 0, "it may be being written"
    past = time.time() - 2 * disposal.GRACE_SECONDS
    for path in (location("0" * 64), folder / "incoming-x"):
        os.utime(path, (past, past))
    assert sweep() == 1
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_folder_that_is_another_databases_is_left_alone(monkeypatch):
    monkeypatch.setattr(disposal, "SUSPICIOUS", 1)
    for place in range(3):
        path = location(f"{place}" * 64)
        path.parent.mkdir(parents=True)
        path.write_bytes(b"theirs")
        age(path.name)
    assert sweep() == 0


def test_a_personal_file_bears_no_name():
    stored = keep()
    assert (stored.name, stored.actor_name) == ("tep.txt", "")
