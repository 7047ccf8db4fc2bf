"""Papers: what they say, their bytes, their seals, the code on the receipt, and who may have them."""

from __future__ import annotations

import json
import logging
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tinhso.files.stored import fetch
from tinhso.foundation.errors import Invalid, Problem
from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.models import Dossier, IssuedPaper
from tinhso.government.services.models.issued import FAILED, MADE, SEALED
from tinhso.government.services.papers import commands, qr
from tinhso.government.services.papers.commands import (
    NotMade,
    make,
    make_due,
    make_receipt,
    print_paper,
    request_paper,
    request_register,
    retry_paper,
)
from tinhso.government.services.tests.recipes import COMMUNE, OTHER, Desk, person
from tinhso.proof.audit import SYSTEM
from tinhso.proof.certificates import authority_file, demonstration_certificate
from tinhso.proof.models import AuditRecord
from tinhso.proof.notes import WrongSignature
from tinhso.proof.pdf_reader import read_seals
from tinhso.proof.signed_pdf import Seal, SigningUnavailable, forget_signers, seals, sign_pdf
from tinhso.proof.signed_text import TextKey, UnknownKey, public_keys

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("papers")


@pytest.fixture(autouse=True)
def kept(var: Path, settings) -> None:
    """Keys and bytes of these tests alone; the keys are made once."""
    settings.VAR, settings.MEDIA_ROOT = var, var / "files"
    forget_signers()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def no_key(settings, tmp_path: Path) -> Path:
    """The agencies' keys lie on a token that is not there."""
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"owners": {COMMUNE: {"pkcs12": "absent.p12"}}}))
    settings.PAPER_KEYS = str(path)
    return path


def words(pdf: bytes, tmp_path: Path) -> str:
    """The text of a PDF as poppler reads it, blanks single."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def read(pdf: bytes) -> list[Seal]:
    """The seals of a file, without the process of its own that strangers' files get."""
    roots = [str(authority_file())] if authority_file().exists() else []
    return [Seal(**told) for told in read_seals(pdf, roots)]


def paper_of(dossier: Dossier, form: str) -> IssuedPaper:
    return dossier.issued.get(form=form)


def made(dossier: Dossier, form: str) -> bytes:
    return fetch(make(paper_of(dossier, form)).sha256)


def test_the_receipt_says_what_form_01_says_and_why_the_date_is_what_it_is(desk: Desk, tmp_path: Path):
    dossier = desk.received()
    pdf = make_receipt(dossier)
    said = words(pdf, tmp_path)
    order = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 1/TNHS",
        "ngày 02 tháng 3 năm 2026",
        "Mẫu số 01",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Tiếp nhận hồ sơ của: Nguyễn Văn An",
        "Nội dung yêu cầu giải quyết: Cấp giấy xác nhận cư trú",
        "5 ngày làm việc",
        "09 giờ 00 phút, ngày 02 tháng 3 năm 2026",
        "17 giờ 00 phút, ngày 09 tháng 3 năm 2026",
        "NGƯỜI NỘP HỒ SƠ NGƯỜI TIẾP NHẬN HỒ SƠ",
        f"Mã hồ sơ: {dossier.code}",
        f"Mã bí mật: {secret_of(dossier)}",
        "Vì sao hẹn ngày này",
        "07/03/2026 Thứ Bảy: nghỉ hằng tuần",
        "09/03/2026 Thứ Hai: ngày thứ 5",
    ]
    places = [said.find(text) for text in order]
    assert -1 not in places and places == sorted(places), dict(zip(order, places, strict=True))
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf and b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert "CHƯA KÝ" not in said and "Ký bởi: Cơ quan test.xa" in said


def test_pdfsig_accepts_the_seal_and_a_changed_byte_breaks_it(desk: Desk, tmp_path: Path):
    pdf = make_receipt(desk.received())
    path = tmp_path / "sealed.pdf"

    def told(content: bytes) -> str:
        path.write_bytes(content)
        return subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout

    said = told(pdf)
    assert "Signature is Valid." in said and "Total document signed" in said and "ETSI.CAdES.detached" in said
    [seal] = seals(pdf)
    assert (seal.name, seal.intact, seal.whole, seal.trusted, seal.demonstration) == (
        "Cơ quan test.xa", True, True, True, True,
    )  # fmt: skip
    changed = pdf.replace(b"<xmp:CreatorTool>Typst", b"<xmp:CreatorTool>Typsu", 1)
    assert changed != pdf and "Signature is Valid." not in told(changed)
    assert [one.intact for one in read(changed)] == [False]
    for broken in (b"%PDF-1.7 nothing", b"no pdf at all"):
        with pytest.raises(Invalid):
            seals(broken)


def test_what_is_added_after_signing_is_told(desk: Desk):
    pdf = make_receipt(desk.received())
    [seal] = read(pdf + b"\n% added\n")
    assert not seal.whole


def test_the_code_holds_300_bytes_at_most_without_secret_and_is_refused_once_changed(desk: Desk, settings):
    dossier = desk.received()
    content = json.loads(make(paper_of(dossier, "01")).content)
    text = content["qr"]
    assert len(qr.payload(text).encode()) <= 300
    settings.SITE = "https://dichvucong.namdinh.example"
    assert qr.payload(text).startswith("https://") and len(qr.payload(text)) <= 300
    settings.SITE = f"https://{'x' * 200}.example"
    assert qr.payload(text) == text
    promise = qr.check(f"https://any.example/xac-minh/#{text[:70]}\n{text[70:]}")
    assert (promise.code, promise.form, promise.due_at) == (dossier.code, "01", dossier.due_at)
    assert promise.calendar.startswith("VN-") and len(promise.explanation_sha256) == 64
    with pytest.raises(WrongSignature):
        qr.check(text.replace("2026-03-09", "2026-03-19"))
    with pytest.raises(UnknownKey):
        qr.check(TextKey.make().sign(promise.text()))
    for wrong in ("", "TS1~01", "x" * 400, text[:-4]):
        with pytest.raises(Problem):
            qr.check(wrong)
    assert secret_of(dossier) not in json.dumps(content)


def test_the_secret_stands_on_the_receipt_and_nowhere_else(desk: Desk, caplog, tmp_path: Path, no_key: Path):
    dossier = desk.received()
    with caplog.at_level(logging.DEBUG):
        make(paper_of(dossier, "01"))
        secret = secret_of(dossier)
        row = IssuedPaper.objects.get(dossier=dossier)
    assert secret not in caplog.text and "Nguyễn" not in caplog.text
    assert secret not in "".join(str(value) for value in row.__dict__.values())
    assert secret in words(fetch(row.sha256), tmp_path)


@pytest.mark.both_databases
def test_without_the_signing_service_the_receipt_is_given_at_once_and_sealed_later(
    desk: Desk, tmp_path: Path, no_key: Path, settings
):
    dossier = desk.received()
    first = make_receipt(dossier)
    paper = paper_of(dossier, "01")
    assert paper.state == MADE and paper.last_error and paper.next_attempt_at and not read(first)
    assert "CHƯA KÝ, SẼ ĐÓNG DẤU SAU" in words(first, tmp_path)
    assert make_receipt(dossier) == first, "unsigned, yet the same bytes every time"
    waits = []
    for _attempt in range(3):
        before = timezone.now()
        waits.append(round((make(paper).next_attempt_at - before) / timedelta(minutes=1)))
    assert waits == [4, 8, 16]
    settings.PAPER_KEYS = ""
    forget_signers()
    assert make_due() == 0, "its time has not come"
    retry_paper(paper=paper, actor=SYSTEM)
    assert make_due() == 1
    paper.refresh_from_db()
    assert paper.state == SEALED and paper.next_attempt_at is None and read(fetch(paper.sha256))[0].intact
    sealed = words(fetch(paper.sha256), tmp_path)
    assert "CHƯA KÝ" not in sealed and paper.content_sha256[:16] in sealed
    assert paper.content_sha256[:16] in words(first, tmp_path), "the same content, sealed later"


def test_a_key_that_fails_is_left_alone_for_a_while(desk: Desk, no_key: Path, monkeypatch):
    from tinhso.proof import signed_pdf

    tries = []
    monkeypatch.setattr(signed_pdf, "_signer", lambda owner, name: tries.append(owner) or 1 / 0)
    for _paper in range(3):
        make(paper_of(desk.received(), "01"))
    assert tries == [COMMUNE]


def test_production_refuses_demonstration_certificates(settings, tmp_path: Path):
    packed = demonstration_certificate(COMMUNE, "Xã")
    settings.PRODUCTION = True
    with pytest.raises(SigningUnavailable):
        sign_pdf(b"%PDF-", owner=COMMUNE, name="Xã", reason="")
    forget_signers()
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"owners": {"*": {"pkcs12": str(packed)}}}))
    settings.PAPER_KEYS = str(path)
    with pytest.raises(SigningUnavailable) as refused:
        sign_pdf(b"%PDF-", owner=COMMUNE, name="Xã", reason="")
    assert "vận hành thật" in refused.value.what


def test_each_act_asks_for_its_papers_and_they_say_why(desk: Desk, tmp_path: Path):
    refused = desk.file()
    desk.act(refused, "refuse", desk.clerk, "2026-03-03T08:00", reason="không đúng thẩm quyền")
    assert "không đúng thẩm quyền" in words(made(refused, "03"), tmp_path)

    dossier = desk.in_process()
    desk.act(dossier, "request_supplements", desk.officer, reason="thiếu căn cước", papers=["cccd"])
    said = words(made(dossier, "02"), tmp_path)
    assert "Căn cước" in said and "thiếu căn cước" in said and "/HDHS" in said
    desk.act(dossier, "supplement", desk.citizen)
    desk.act(dossier, "reappoint", desk.leader, to="2026-12-30T10:00:00+07:00", reason="cần xác minh thêm")
    said = words(made(dossier, "04"), tmp_path)
    assert "10 giờ 00 phút, ngày 30 tháng 12 năm 2026" in said and "xin lỗi" in said
    assert "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT" in " ".join(said.split()).upper()
    assert qr.check(json.loads(paper_of(dossier, "04").content)["qr"]).form == "04"
    desk.act(dossier, "stop", desk.leader, reason="người nộp qua đời")
    assert "người nộp qua đời" in words(made(dossier, "05"), tmp_path)
    assert "Dừng giải quyết" in words(made(dossier, "06"), tmp_path)

    finished = desk.finished()
    assert "đồng ý cấp" in words(made(finished, "result"), tmp_path)
    sheet = words(made(finished, "06"), tmp_path)
    assert all(text in sheet for text in ("Thẩm định", "Ký duyệt", "Officer", "Leader", "xong"))
    assert {paper.form for paper in finished.issued.all()} == {"01", "06", "result"}


def test_the_receipt_says_what_held_at_reception_whatever_came_after(desk: Desk, tmp_path: Path):
    dossier = desk.received()
    desk.act(dossier, "claim", desk.officer, "2026-03-03T08:00", task=1, holder=desk.officer.actor().code)
    desk.act(dossier, "request_supplements", desk.officer, "2026-03-04T08:00", reason="thiếu", papers=["cccd"])
    assert "17 giờ 00 phút, ngày 09 tháng 3 năm 2026" in words(made(dossier, "01"), tmp_path)


def test_english_is_added_on_request(desk: Desk, tmp_path: Path):
    dossier = desk.received()
    paper = request_paper(dossier=dossier, form="01", language="en", actor=SYSTEM)
    assert request_paper(dossier=dossier, form="01", language="en", actor=SYSTEM) == paper
    said = words(fetch(make(paper).sha256), tmp_path)
    assert "Why this date" in said and "Saturday: weekend" in said and "Vì sao hẹn ngày này" in said
    with pytest.raises(Invalid):
        request_paper(dossier=dossier, form="02", language="en", actor=SYSTEM)
    with pytest.raises(Invalid):
        request_paper(dossier=dossier, form="result", actor=SYSTEM)


@pytest.mark.both_databases
def test_a_register_lists_what_was_received_and_the_same_is_not_made_twice(desk: Desk, tmp_path: Path):
    dossier, _other = desk.received(), desk.received("2026-03-03T09:00")
    day = make(request_register(agency_uid=COMMUNE, period="2026-03-02", actor=SYSTEM))
    said = words(fetch(day.sha256), tmp_path)
    assert "".join(dossier.code.split("-")) in said.replace("-", "").replace(" ", "")
    assert "Tổng số hồ sơ: 1" in said
    assert request_register(agency_uid=COMMUNE, period="2026-03-02", actor=SYSTEM) == day
    desk.act(dossier, "claim", desk.officer, task=1, holder=desk.officer.actor().code)
    assert request_register(agency_uid=COMMUNE, period="2026-03-02", actor=SYSTEM).event == 2
    month = make(request_register(agency_uid=COMMUNE, period="2026-03", actor=SYSTEM))
    assert "Tổng số hồ sơ: 2" in words(fetch(month.sha256), tmp_path)
    for wrong in ("2026-13", "2026", "2026-02-30", "x", "2099-01"):
        with pytest.raises(Invalid):
            request_register(agency_uid=COMMUNE, period=wrong, actor=SYSTEM)


def test_a_reprint_is_the_same_bytes_and_leaves_a_record(desk: Desk):
    paper = make(paper_of(desk.received(), "01"))
    first = print_paper(paper=paper, actor=desk.clerk.actor())
    assert print_paper(paper=make(paper), actor=desk.citizen.actor()) == first
    assert AuditRecord.objects.filter(verb="services.print_paper").count() == 2


def test_a_paper_that_cannot_be_made_says_why_and_is_tried_again(desk: Desk, monkeypatch):
    dossier = desk.received()
    paper = paper_of(dossier, "01")
    monkeypatch.setattr(commands.signing, "sealed", lambda *given: 1 / 0)
    with pytest.raises(NotMade):
        make(paper)
    paper.refresh_from_db()
    assert (paper.state, paper.last_error, paper.attempts) == (FAILED, "ZeroDivisionError", 1)
    number = paper.number
    monkeypatch.undo()
    assert make(paper).number == number


@pytest.mark.both_databases
def test_papers_are_read_by_the_applicant_and_the_agencies_only(desk: Desk):
    dossier = desk.finished()
    people = {
        "owner": desk.citizen,
        "clerk": desk.clerk,
        "officer": desk.officer,
        "stranger": person("stranger", "citizen"),
        "elsewhere": person("elsewhere", "officer", OTHER),
        "auditor": person("auditor", "auditor"),
        "operator": person("operator", "programme_operator"),
    }
    seen = {
        name: {paper.form for paper in IssuedPaper.objects.visible_to(user).filter(dossier=dossier)}
        for name, user in people.items()
    }
    everything = {"01", "06", "result"}
    assert seen == {
        "owner": {"01", "result"}, "clerk": everything, "officer": everything,
        "stranger": set(), "elsewhere": set(), "auditor": set(), "operator": set(),
    }  # fmt: skip


def test_keys_of_short_texts_are_made_once_and_kept_secret(var: Path):
    [name] = public_keys()
    assert public_keys() == public_keys() and len(name) == 8
    assert (var / "keys" / "receipt_key").stat().st_mode & 0o077 == 0
