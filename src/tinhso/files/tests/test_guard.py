"""What strangers upload: cleaned, or refused with what is wrong and how to mend it."""

from __future__ import annotations

import io
import socket
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tinhso.files import images
from tinhso.files.pdf_walk import deed
from tinhso.files.stored import keep, location, store
from tinhso.foundation.errors import Invalid
from tinhso.proof.audit import SYSTEM


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def take(content: bytes) -> Path:
    return location(keep(io.BytesIO(content), guarded=True).sha256)


def pdf(*objects: str, catalog: str = "", trailer: str = "") -> bytes:
    """A PDF of one empty page whose catalog holds more; objects are numbered from 4."""
    parts = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        *objects,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}"
    return out + f"{head}trailer\n<</Size {len(parts) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF".encode()


def picture(form: str, mode: str = "RGB", **more) -> bytes:
    target = io.BytesIO()
    Image.new(mode, (40, 20)).save(target, form, **more)
    return target.getvalue()


def test_a_photograph_loses_where_it_was_taken_and_stands_upright():
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = 6, "Máy của An"
    tags.get_ifd(0x8825)[1] = "N"
    sent = picture("JPEG", exif=tags, comment=b"at home") + b"appended"
    kept = take(sent)
    assert b"Exif" in sent
    content = kept.read_bytes()
    assert not any(mark in content for mark in (b"Exif", b"at home", b"appended"))
    with Image.open(kept) as clean:
        assert clean.size == (20, 40)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1"])
def test_a_scan_loses_its_texts_and_keeps_its_pixels(mode):
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Author", "Nguyen Van An")
    kept = take(picture("PNG", mode, pnginfo=told))
    assert b"Nguyen Van An" not in kept.read_bytes()
    with Image.open(kept) as clean:
        assert (clean.mode, clean.size) == (mode, (40, 20))


def test_a_picture_that_unfolds_to_gigabytes_is_refused_unread():
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))

    for side in (9000, 60000):
        head = struct.pack("!IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
        with pytest.raises(Invalid, match="triệu điểm ảnh"):
            take(bomb)


def test_a_broken_picture_is_refused():
    with pytest.raises(Invalid, match="Ảnh hỏng"):
        take(picture("JPEG")[:400])
    assert images.FORMATS.keys() == {"image/jpeg", "image/png"}


ACTIVE = {
    "mã JavaScript": pdf("<</S/Java#53cript/JS(app.alert(1))>>", catalog="/OpenAction 4 0 R"),
    "lệnh mở chương trình": pdf(catalog="/Lnk<</S/L#61unch/F(cmd.exe)>>"),
    "tệp nhúng bên trong": pdf(catalog="/Names<</EmbeddedFiles<</Names[(a) 4 0 R]>>>>"),
    "hành động tự chạy": pdf(catalog="/OpenAction<</S/URI/URI(http://x)>>"),
    "biểu mẫu XFA": pdf(catalog="/AcroForm<</XFA[(a)]>>"),
    "âm thanh, phim": pdf(catalog="/Annots[<</Subtype/RichMe#64ia/Rect[0 0 1 1]>>]"),
    "gửi hay nhập dữ liệu": pdf(catalog="/A<</S/SubmitForm/F(http://x)>>"),
}


@pytest.mark.parametrize("what", ACTIVE)
def test_a_pdf_that_acts_is_refused_by_what_it_does(what):
    with pytest.raises(Invalid, match=what) as refused:
        take(ACTIVE[what])
    assert "PDF mới" in refused.value.mend


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (pdf("<</S/GoToR/F(x)>>", catalog="/OpenAction 4 0 R"), "automatic"),
        (pdf("/L#61unch", catalog="/Lnk<</S 4 0 R/F(cmd.exe)>>"), "launch"),
        (pdf("/RichMe#64ia", catalog="/Annots[<</Subtype 4 0 R>>]"), "media"),
        (pdf(catalog="/Annots[<</Subtype/3D>>]"), "media"),
        (pdf("null", catalog="/AA 4 0 R/Lang/vi"), "quiet"),
    ],
)
def test_what_lies_elsewhere_in_the_file_is_found(content, what):
    assert deed(content) == what


def test_a_pdf_that_is_an_archive_too_is_refused():
    with pytest.raises(Invalid, match="tệp nhúng"):
        take(pdf() + b"PK\x05\x06" + bytes(18))


def test_what_an_older_revision_hides_is_refused_too():
    with pytest.raises(Invalid, match="JavaScript"):
        take(pdf("<</S/JavaScript/JS(1)>>"))


def test_an_encrypted_or_broken_pdf_is_refused():
    locked = "/Encrypt<</Filter/Standard/V 1/R 2/O(" + "a" * 32 + ")/U(" + "b" * 32 + ")/P -4>>/ID[(a)(a)]"
    with pytest.raises(Invalid, match="mật khẩu"):
        take(pdf(trailer=locked))
    with pytest.raises(Invalid, match="PDF hỏng"):
        take(b"%PDF-1.7\nnothing")


def test_a_plain_pdf_is_kept_as_it_came():
    plain = pdf(catalog="/OpenAction[3 0 R/XYZ null null 0]/Names<<>>")
    assert take(plain).read_bytes() == plain


def office(*members: tuple[str, str], kind: str = "word/document.xml", flag: int = 0) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in ((kind, "application/vnd.oasis.opendocument.text"), *members):
            archive.writestr(name, content)
    return target.getvalue().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00%c" % flag)


def related(kind: str, mode: str = "Internal") -> tuple[str, str]:
    return "word/_rels/document.xml.rels", f'<R><R Id="a" Type="http://x/{kind}" Target="x" TargetMode="{mode}"/></R>'


TYPES = "[Content_Types].xml", '<T><D Extension="bin" ContentType="application/vnd.%s"/></T>'


@pytest.mark.parametrize(
    "content",
    [
        office(("word/vbaProject.bin", "x")),
        office((TYPES[0], TYPES[1] % "ms-office.vbaProject")),
        office((TYPES[0], TYPES[1] % "ms-word.document.macroEnabled.main+xml")),
        office(("word/activeX/activeX1.xml", "x")),
        office(("word/embeddings/oleObject1.bin", "x")),
        office(related("attachedTemplate", "&#69;xternal")),
        office(related("oleObject", "External")),
        office(related("aFChunk")),
        office(("Basic/Standard/Module1.xml", "x"), kind="mimetype"),
        office(("Scripts/python/a.py", "x"), kind="mimetype"),
        office(("Object 1", "x"), kind="mimetype"),
    ],
)
def test_office_files_that_act_or_fetch_are_refused(content):
    with pytest.raises(Invalid, match="macro"):
        take(content)


@pytest.mark.parametrize(
    "content",
    [
        office(("../x", "x")),
        office(flag=1),
        office((TYPES[0], "<T>")),
        office((TYPES[0], '<!DOCTYPE T [<!ENTITY a "b">]><T/>')),
        office((TYPES[0], "<T>" + " " * 2**20 + "</T>")),
    ],
)
def test_office_files_that_cannot_be_looked_into_are_refused(content):
    with pytest.raises(Invalid, match="hỏng hoặc bị khóa"):
        take(content)


def test_plain_office_files_are_kept_and_archives_and_text_are_no_papers():
    plain = office((TYPES[0], TYPES[1] % "openxmlformats"), related("hyperlink", "External"))
    assert take(plain).read_bytes() == plain
    odt = office(("content.xml", "x"), ("Object 1/content.xml", "x"), kind="mimetype")
    assert take(odt).read_bytes() == odt
    for other in (office(kind="a.txt"), b"just text"):
        with pytest.raises(Invalid, match="loại tệp"):
            take(other)


class Clamd:
    """A scanner that speaks the protocol: it finds the word `EICAR`."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.where = f"127.0.0.1:{self.door.getsockname()[1]}"
        self.seen: list[bytes] = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                link, _peer = self.door.accept()
            except OSError:
                return
            with link, link.makefile("rb") as source:
                assert source.read(10) == b"zINSTREAM\0"
                whole = b""
                while length := struct.unpack("!I", source.read(4))[0]:
                    whole += source.read(length)
                self.seen.append(whole)
                link.sendall(b"stream: Eicar-Test FOUND\0" if b"EICAR" in whole else b"stream: OK\0")


@pytest.fixture
def clamd(settings) -> Iterator[Clamd]:
    server = Clamd()
    settings.CLAMD = server.where
    yield server
    server.door.close()


def test_an_infected_file_is_refused_and_a_clean_one_taken(clamd, tmp_path):
    plain = pdf()
    take(plain)
    assert clamd.seen == [plain]
    with pytest.raises(Invalid, match="Eicar-Test"):
        take(pdf(catalog="/X(EICAR)"))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_without_its_scanner_nothing_is_taken(clamd):
    # Closing alone leaves the thread's accept open for one more caller.
    clamd.door.shutdown(socket.SHUT_RDWR)
    clamd.door.close()
    with pytest.raises(Exception, match="Xin gửi lại") as refused:
        take(pdf())
    assert (refused.value.status, refused.value.code) == (503, "scanner-down")


@pytest.mark.django_db
def test_importers_keep_files_as_they_come(clamd):
    assert store(actor=SYSTEM, content=io.BytesIO(b"just text"), name="../../x.txt", public=False).name == "x.txt"
    assert clamd.seen == []
