"""Filing: guided steps, drafts, papers given again, one dossier however often it is sent."""

from __future__ import annotations

import html
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from tinhso.foundation import canonical
from tinhso.foundation.dates import today
from tinhso.government.services.filing.commands import drafts as commands
from tinhso.government.services.filing.competent import competent_agencies
from tinhso.government.services.filing.guided import NumberField
from tinhso.government.services.ground.definition import Definition
from tinhso.government.services.models import Dossier, Draft, Procedure, ProcedureVersion
from tinhso.government.services.tests.recipes import COMMUNE, OTHER, PROVINCE, Desk, agencies, definition, pair, person
from tinhso.identity.models import Agency
from tinhso.identity.tests.recipes import signed_in as client_of
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
TABLE = {
    "key": "thanh_vien",
    "label": pair("Thành viên"),
    "kind": "table",
    "required": True,
    "columns": [{"key": "ten", "label": pair("Họ tên")}, {"key": "nam", "label": pair("Năm sinh")}],
}
FORM = [
    {"key": "ly_do", "label": pair("Lý do"), "kind": "text", "required": True},
    {"key": "dien_tich", "label": pair("Diện tích"), "kind": "number", "required": True},
    {"key": "ngay", "label": pair("Từ ngày"), "kind": "date", "required": True},
    {
        "key": "loai",
        "label": pair("Loại"),
        "kind": "choice",
        "required": True,
        "options": [{"key": "a", "label": pair("Loại A")}, {"key": "b", "label": pair("Loại B")}],
    },
    {"key": "dong_y", "label": pair("Đồng ý"), "kind": "yes_no", "required": True},
    TABLE,
]
PLACE = {"place-competent": COMMUNE, "place-applicant_kind": "citizen", "place-who": "self"}
PEOPLE = {"people-name": "Nguyễn Văn An", "people-id_number": "036123456789", "people-address": "Xóm 1, xã Trực Chính"}
ANSWERS = {
    "answers-ly_do": "Vay vốn",
    "answers-dien_tich": "1.250,5",
    "answers-ngay": "2026-03-01",
    "answers-loai": "b",
    "answers-dong_y": "no",
    "answers-thanh_vien__rows": "2",
    "answers-thanh_vien__0__ten": "Nguyễn Thị Bé",
    "answers-thanh_vien__0__nam": "2020",
}


def photo(name: str = "don.jpg", exif: bool = False) -> SimpleUploadedFile:
    """A small photograph, sideways and with a place in its EXIF if wanted."""
    image, target, tags = Image.new("RGB", (40, 20), "white"), io.BytesIO(), Image.Exif()
    if exif:
        tags[0x0112] = 6
        tags.get_ifd(0x8825)[1] = "N"
    image.save(target, "JPEG", exif=tags)
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


class Guided:
    """A citizen before the guided form."""

    def __init__(self, **changes: Any) -> None:
        self.desk = Desk(form=FORM, **changes)
        self.client = client_of(self.desk.citizen)

    @property
    def draft(self) -> Draft:
        return Draft.objects.order_by("-id")[0]

    def begin(self, **place: str) -> Any:
        return self.client.post(reverse("services:start", args=["1.000001"]), {**PLACE, **place})

    def send(self, step: str, data: dict[str, Any], button: str = "next", value: str = "1") -> Any:
        address = reverse("services:draft_step", args=[self.draft.uid, step])
        return self.client.post(address, {**data, button: value})

    def fill(self) -> None:
        """Everything up to the check page."""
        self.begin()
        assert self.send("nguoi", PEOPLE).status_code == 302
        assert self.send("to-khai", ANSWERS).status_code == 302
        done = self.send("giay-to", {"papers-don__kind": "electronic", "papers-don__files": photo()})
        assert done.url.endswith("/kiem-tra/")

    def file(self) -> Dossier:
        self.fill()
        done = self.send("kiem-tra", {})
        assert done.status_code == 302
        return Dossier.objects.order_by("-id")[0]


def test_a_citizen_walks_from_the_first_step_to_a_filed_dossier():
    guided = Guided()
    assert "Giấy tờ cần chuẩn bị" in guided.client.get(reverse("services:start", args=["1.000001"])).content.decode()
    guided.fill()
    check = guided.client.get(reverse("services:draft_step", args=[guided.draft.uid, "kiem-tra"])).content.decode()
    for said in ("Nguyễn Văn An", "1250,5", "01/03/2026", "Loại B", "Nguyễn Thị Bé", "10.000 đồng", "don.jpg"):
        assert said in check.replace("10000", "10.000"), said
    row = guided.file()
    assert (row.channel, row.competent_uid, row.owner, row.owed) == ("online", COMMUNE, guided.desk.citizen, 10000)
    assert json.loads(row.answers.values) == {
        "ly_do": "Vay vốn",
        "dien_tich": "1250.5",
        "ngay": "2026-03-01",
        "loai": "b",
        "dong_y": False,
        "thanh_vien": [{"ten": "Nguyễn Thị Bé", "nam": "2020"}],
    }
    assert row.parties.get().name == "Nguyễn Văn An"
    assert [(paper.document, paper.copy_kind, paper.origin) for paper in row.papers.all()] == [
        ("don", "electronic", "uploaded")
    ]


def test_a_double_click_files_once():
    guided = Guided()
    guided.fill()
    uid = guided.draft.uid
    address = reverse("services:draft_step", args=[uid, "kiem-tra"])
    first, second = guided.client.post(address), guided.client.post(address)
    assert first.url == second.url
    assert Dossier.objects.count() == 1
    assert not Draft.objects.filter(uid=uid).exists()


def test_what_is_refused_is_said_at_its_field_and_stays_as_typed():
    guided = Guided()
    guided.begin()
    answer = guided.send("to-khai", {**ANSWERS, "answers-dien_tich": "nhiều lắm", "answers-loai": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Cần một số" in page
    assert "nhiều lắm" in page
    assert "Nguyễn Thị Bé" in page
    later = guided.client.get(reverse("services:draft_step", args=[guided.draft.uid, "to-khai"])).content.decode()
    assert "nhiều lắm" in later, "a refused step is kept in the draft too"


def test_rows_come_and_go_without_scripts():
    guided = Guided()
    guided.begin()
    more = guided.send("to-khai", ANSWERS, "add", "thanh_vien")
    assert more.status_code == 200
    assert more.content.decode().count("__ten") >= 3
    typed = {**ANSWERS, "answers-thanh_vien__rows": "3", "answers-thanh_vien__2__ten": "Người thứ ba"}
    guided.send("to-khai", typed, "remove", "thanh_vien__0")
    raw = json.loads(guided.draft.values)
    assert raw["answers-thanh_vien__rows"] == "2"
    assert (raw["answers-thanh_vien__0__ten"], raw["answers-thanh_vien__1__ten"]) == ("", "Người thứ ba")


def test_a_required_table_needs_a_row():
    guided = Guided()
    guided.begin()
    without = {key: value for key, value in ANSWERS.items() if "__0__" not in key}
    assert "Cần ít nhất một dòng" in guided.send("to-khai", without).content.decode()


def test_saving_keeps_what_is_unfinished():
    guided = Guided()
    guided.begin()
    saved = guided.send("to-khai", {"answers-ly_do": "nửa chừng"}, "save")
    assert saved.url == reverse("services:drafts")
    page = guided.client.get(saved.url).content.decode()
    assert "Cấp giấy xác nhận cư trú" in page
    again = guided.client.get(reverse("services:draft", args=[guided.draft.uid]))
    assert again.url.endswith("/nguoi/"), "the first step that lacks something"


def test_missing_papers_are_named():
    guided = Guided()
    guided.begin()
    answer = guided.send("giay-to", {"papers-don__kind": "electronic"})
    assert answer.status_code == 422
    assert "Tờ khai: Cần giấy tờ này" in answer.content.decode()


def test_what_was_told_before_is_offered_again():
    guided = Guided()
    first = guided.file()
    guided.begin()
    page = guided.client.get(reverse("services:draft_step", args=[guided.draft.uid, "nguoi"])).content.decode()
    assert "036123456789" in page
    assert "Xóm 1, xã Trực Chính" in page
    page = guided.client.get(reverse("services:draft_step", args=[guided.draft.uid, "to-khai"])).content.decode()
    assert "Nguyễn Thị Bé" in page
    assert "1250,5" in page
    page = guided.client.get(reverse("services:draft_step", args=[guided.draft.uid, "giay-to"])).content.decode()
    assert f"Dùng lại don.jpg của hồ sơ {first.code}" in page
    paper = first.papers.get()
    guided.send("giay-to", {"papers-don__kind": "electronic"}, "reuse", f"don:{paper.pk}")
    again = guided.draft.papers.get()
    assert (again.origin, again.reused_from, again.file_id) == ("reused", paper, paper.file_id)


def test_another_persons_papers_and_drafts_are_out_of_reach():
    guided = Guided()
    paper = guided.file().papers.get()
    stranger = person("stranger", "citizen")
    guided.begin()
    uid, other = guided.draft.uid, client_of(stranger)
    for step in ("nguoi", "giay-to", "kiem-tra"):
        assert other.get(reverse("services:draft_step", args=[uid, step])).status_code == 404
        assert other.post(reverse("services:draft_step", args=[uid, step])).status_code == 404
    other.post(reverse("services:start", args=["1.000001"]), PLACE)
    mine = reverse("services:draft_step", args=[guided.draft.uid, "giay-to"])
    assert other.post(mine, {"reuse": f"don:{paper.pk}"}).status_code == 404


def test_filing_for_somebody_else_asks_for_the_right_and_names_both():
    guided = Guided()
    guided.begin(**{"place-who": "guardian"})
    page = guided.client.get(reverse("services:draft_step", args=[guided.draft.uid, "nguoi"])).content.decode()
    assert 'name="people-rep_name" value="Citizen"' in page
    child = {**PEOPLE, "people-name": "Nguyễn Thị Bé", "people-id_number": ""}
    assert (
        guided.send("nguoi", child | {"people-rep_name": "Citizen", "people-rep_id_number": "036111"}).status_code
        == 302
    )
    guided.send("to-khai", ANSWERS)
    only = guided.send("giay-to", {"papers-don__kind": "electronic", "papers-don__files": photo()})
    assert "quyền nộp thay" in only.content.decode()
    guided.send(
        "giay-to", {"papers-representation__kind": "electronic", "papers-representation__files": photo("gk.jpg")}
    )
    guided.send("kiem-tra", {})
    row = Dossier.objects.get()
    assert {(party.role, party.name, party.relation) for party in row.parties.all()} == {
        ("applicant", "Nguyễn Thị Bé", ""),
        ("representative", "Citizen", "guardian"),
    }


def publish(guided: Guided, **changes: Any) -> ProcedureVersion:
    """A second version in force today."""
    content = definition(form=FORM, **changes)
    return ProcedureVersion.objects.create(
        procedure=guided.desk.version.procedure,
        number=2,
        content=canonical.dumps(content).decode(),
        sha256=canonical.digest(content),
        valid_from=today(),
        published_at=timezone.now(),
        published_by="system",
        published_by_name="Tỉnh Số",
        note="",
    )


def test_a_version_replaced_while_drafting_is_said_and_nothing_typed_is_lost():
    guided = Guided()
    guided.fill()
    new = publish(guided, fees=[])
    refused = guided.send("kiem-tra", {})
    assert refused.status_code == 409
    assert "phiên bản mới" in refused.content.decode()
    assert guided.client.post(reverse("services:renew_draft", args=[guided.draft.uid])).status_code == 302
    assert guided.draft.version == new
    assert guided.send("kiem-tra", {}).status_code == 302
    assert Dossier.objects.get().version == new


def test_a_procedure_retired_while_drafting_keeps_the_draft():
    guided = Guided()
    guided.fill()
    Procedure.objects.update(retired_from=today(), retired_reason="Bãi bỏ theo Quyết định 1")
    refused = guided.send("kiem-tra", {})
    assert refused.status_code == 409
    assert "Bãi bỏ theo Quyết định 1" in refused.content.decode()
    assert Draft.objects.count() == 1
    assert guided.client.get(reverse("services:start", args=["1.000001"])).status_code == 200


def test_a_draft_is_deleted_only_when_that_was_meant():
    guided = Guided()
    guided.begin()
    guided.send("giay-to", {"papers-don__kind": "electronic", "papers-don__files": photo()}, "upload", "don")
    twice = guided.send("giay-to", {"papers-don__kind": "electronic", "papers-don__files": photo("b.jpg")})
    assert "Giấy tờ này đã có tệp ấy: «don.jpg»" in html.unescape(twice.content.decode())
    assert guided.draft.papers.count() == 1
    address = reverse("services:delete_draft", args=[guided.draft.uid])
    asked = guided.client.get(address).content.decode()
    assert "không lấy lại được" in asked and "Cấp giấy xác nhận cư trú" in asked and Draft.objects.exists()
    assert guided.client.post(address).url == reverse("services:drafts") and not Draft.objects.exists()


def test_drafts_nobody_touches_are_forgotten():
    guided = Guided()
    guided.begin()
    assert commands.expire_drafts(actor=SYSTEM, moment=timezone.now() + timedelta(days=29)) == 0
    assert commands.expire_drafts(actor=SYSTEM, moment=timezone.now() + timedelta(days=31)) == 1


def test_province_procedures_fall_to_the_department_they_name():
    agencies()
    asked = {**definition(level="province"), "authority": {"vi": "Sở Y tế", "en": "Department of Health"}}
    assert [row.uid for row in competent_agencies(Definition(asked), today())] == [PROVINCE], "no department is there"
    Agency.objects.create(
        uid="test.syt",
        code_new="H40.09",
        name="Sở Y tế tỉnh",
        kind="department",
        level="province",
        valid_from=date(2020, 1, 1),
    )
    assert [row.uid for row in competent_agencies(Definition(asked), today())] == ["test.syt"]
    communes = competent_agencies(Definition(definition()), today())
    assert [row.uid for row in communes] == [COMMUNE, OTHER]


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("vi", "1", 1), ("vi", "1.250", 1250), ("vi", "85,50", "85.5"), ("vi", "-2", -2), ("vi", "", ""),
        ("en", "12", 12), ("en", "1,250.5", "1250.5"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(language: str, typed: str, meant: object) -> None:
    with override(language):
        assert NumberField(required=False).clean(typed) == meant


@pytest.mark.parametrize("typed", ["một", "1e5", "1" * 21, "1,2,3"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        NumberField().clean(typed)
