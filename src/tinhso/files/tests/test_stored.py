"""Stored files: what they are by content, where they lie, who may have them."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from hypothesis import given
from hypothesis import strategies as st

from tinhso.files import stored
from tinhso.files.kinds import detect
from tinhso.files.models import StoredFile
from tinhso.foundation.append_only import AppendOnlyError
from tinhso.foundation.errors import Invalid
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("--", "."), content)
    return out.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = [
    (b"%PDF-1.7\n", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n....", "image/png"),
    (b"\xff\xd8\xff\xe0", "image/jpeg"),
    (archive(**{"word__document--xml": b"<a/>"}), WORD),
    (archive(**{"xl__workbook--xml": b"<a/>"}), SHEET),
    (archive(mimetype=b"application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
    (archive(a=b"x"), "application/zip"),
    ("mã,tên\n1,Xã Nam Điền\n".encode(), "text/plain"),
    (b"\xef\xbb\xbfa;b\n", "text/plain"),
]
REFUSED = [
    b"MZ\x90\x00",
    b"\x7fELF\x02",
    b"<!DOCTYPE html><script>alert(1)</script>",
    b"  <svg onload=alert(1)>",
    b"<?xml version='1.0'?>",
    b"text\x00with nul",
    b"\xff\xfe\x00a",
    b"PK\x03\x04 not an archive",
    archive(mimetype=b"application/x-evil"),
    "nửa chữ".encode()[:-1],
]


@pytest.mark.parametrize(("content", "kind"), KINDS)
def test_the_kind_is_found_in_the_content(folder, content, kind):
    (folder / "x").write_bytes(content)
    assert detect(folder / "x") == kind


@pytest.mark.parametrize("content", REFUSED)
def test_other_kinds_are_refused_and_leave_nothing(folder, content):
    with pytest.raises(Invalid) as refused:
        stored.store(actor=SYSTEM, content=io.BytesIO(content), name="a.pdf", public=True)
    assert refused.value.mend
    assert not StoredFile.objects.exists() and not [path for path in folder.rglob("*") if path.is_file()]


def keep(content: bytes = b"%PDF-1.7 x", name: str = "Biên bản.pdf", public: bool = True, actor=SYSTEM) -> StoredFile:
    return stored.store(actor=actor, content=io.BytesIO(content), name=name, public=public)


@pytest.mark.both_databases
def test_bytes_lie_once_under_their_hash(folder):
    first, second = keep(), keep(name="khác.pdf")
    sha256 = hashlib.sha256(b"%PDF-1.7 x").hexdigest()
    assert first.sha256 == second.sha256 == sha256 and first.uid != second.uid
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [sha256]
    assert b"".join(stored.read(first)) == b"%PDF-1.7 x" and stored.intact(first)
    assert AuditRecord.objects.filter(verb="files.store").count() == 2
    with pytest.raises(AppendOnlyError):
        first.delete()


def test_a_file_too_large_or_empty_is_refused_and_leaves_nothing(folder):
    for content in (b"", b"a" * 101):
        with pytest.raises(Invalid):
            stored.store(actor=SYSTEM, content=io.BytesIO(content), name="a.txt", public=True, limit=100)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\tmp\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("..", "tệp"),
        ("\u202egpj.exe", "gpj.exe"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_only_a_label(name, shown):
    assert stored.label(name) == shown


@given(st.text(max_size=300))
def test_labels_are_short_printable_and_lead_nowhere(name):
    shown = stored.label(name)
    assert 0 < len(shown) <= 120 and "/" not in shown and "\\" not in shown and shown.isprintable() is not None
    assert shown not in (".", "..")


def test_content_changed_on_disk_is_noticed():
    kept = keep()
    stored.location(kept.sha256).chmod(0o600)
    stored.location(kept.sha256).write_bytes(b"%PDF-1.7 y")
    assert not stored.intact(kept)
    stored.location(kept.sha256).unlink()
    with pytest.raises(stored.FileMissing):
        stored.read(kept)


def test_who_may_download_what(client):
    owner = get_user_model().objects.create_user("chu", password="x", full_name="Chủ")
    other = get_user_model().objects.create_user("khac", password="x", full_name="Khác")
    public, private = keep(), keep(content=b"noi bo", name="nội bộ.txt", public=False, actor=owner.actor())
    answers = {}
    for name, user in (("nobody", None), ("owner", owner), ("other", other)):
        client.logout()
        if user:
            client.force_login(user)
        answers[name] = [client.get(f"/tep/{file.uid}/").status_code for file in (public, private)]
    assert answers == {"nobody": [200, 404], "owner": [200, 200], "other": [200, 404]}


def test_a_download_is_an_attachment_no_browser_runs(client):
    kept = keep(content=b"a,b\n", name='x".csv')
    response = client.get(f"/tep/{kept.uid}/")
    assert b"".join(response.streaming_content) == b"a,b\n"
    assert response["Content-Disposition"] == 'attachment; filename="x\\".csv"'
    assert response["X-Content-Type-Options"] == "nosniff" and "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "text/plain"


def test_paths_come_from_hashes_alone():
    for text in ("../x", "A" * 64, "", "0" * 63):
        with pytest.raises(ValueError):
            stored.location(text)
    assert isinstance(stored.location("0" * 64), Path)
