"""The catalogue: versions that never change under dossiers, pages, files."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from tinhso.files.imports import ImportRefused
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.government.services import demo
from tinhso.government.services.catalogue import commands, csv_files
from tinhso.government.services.catalogue.comparing import differences
from tinhso.government.services.catalogue.importing import parse
from tinhso.government.services.catalogue.queries import exported, history, version_on
from tinhso.government.services.dossiers.clocking import due_of
from tinhso.government.services.ground.definition import faults
from tinhso.government.services.models import Procedure, ProcedureVersion
from tinhso.government.services.tests.recipes import Desk, definition, paper, procedure
from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
DAY = date(2021, 12, 31)
EDIT = "/thu-tuc/bien-tap/"


@pytest.fixture
def shipped() -> None:
    demo.catalogue("36", DAY, lambda line: None)


def test_thirty_sound_procedures_are_shipped_for_every_level_and_field() -> None:
    document = parse(demo.shipped_catalogue())
    contents = [version["content"] for item in document["procedures"] for version in item["versions"]]
    assert len(document["procedures"]) == 30
    assert [fault for content in contents for fault in faults(content)] == []
    assert {content["level"] for content in contents} == {"province", "district", "commune"}
    assert len({content["field"] for content in contents}) == 10
    assert document["demonstration"]


def test_loading_the_demonstration_again_changes_nothing(shipped: None) -> None:
    before = list(ProcedureVersion.objects.order_by("pk").values_list("pk", "sha256"))
    said: list[str] = []
    demo.catalogue("36", DAY, said.append)
    assert said == ["0 procedures added or changed, 30 unchanged"]
    assert list(ProcedureVersion.objects.order_by("pk").values_list("pk", "sha256")) == before


def test_competence_moves_to_communes_with_the_version_of_the_first_of_july(shipped: None) -> None:
    row = Procedure.objects.get(code="1.001612")
    last, first = version_on(row, date(2025, 6, 30)), version_on(row, date(2025, 7, 1))
    assert last is not None and last.definition.content["level"] == "district"
    assert first is not None and first.definition.content["level"] == "commune"
    assert [(item.version.number, item.until) for item in history(row)] == [(2, None), (1, date(2025, 7, 1))]


def test_the_list_takes_few_queries(shipped: None, client: Client, django_assert_max_num_queries: object) -> None:
    client.get("/thu-tuc/")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        page = client.get("/thu-tuc/")
    assert page.status_code == 200 and "29 thủ tục" in page.content.decode()


def test_a_procedure_s_page_takes_few_queries(
    shipped: None, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/thu-tuc/1.001612/")
    with django_assert_max_num_queries(7):
        client.get("/thu-tuc/1.001612/")
    editor = signed_in(someone("editor"))
    with django_assert_max_num_queries(9):
        assert editor.get(EDIT).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [("?q=mo quan", "1.001612"), ("?event=birth", "1.001193"), ("?level=province&field=y-te", "1.004593")],
)
def test_procedures_are_found_by_words_life_events_and_filters(
    shipped: None, client: Client, query: str, found: str
) -> None:
    text = client.get(f"/thu-tuc/{query}").content.decode()
    assert f"/thu-tuc/{found}/" in text and "/thu-tuc/1.001699/" not in text


def test_a_version_published_meanwhile_leaves_running_dossiers_as_they_are() -> None:
    desk = Desk()
    dossier = desk.received("2026-03-02T09:00")
    due, version = dossier.due_at, dossier.version_id
    content = definition(limit={"unit": "working_days", "amount": 20})
    commands.save_draft(actor=SYSTEM, code="1.000001", content=content)
    made = commands.publish(actor=SYSTEM, code="1.000001", valid_from=date(2026, 3, 3), reason="thời hạn mới")
    desk.act(dossier, "claim", desk.officer, "2026-03-04T09:00", task=1, holder=desk.officer.actor().code)
    dossier.refresh_from_db()
    answer = due_of(dossier)
    assert (dossier.version_id, dossier.due_at) == (version, due) and answer is not None and answer.at == due
    assert made.number == 2 and Procedure.objects.get().draft == ""


def test_a_version_of_the_same_first_day_replaces_and_an_earlier_one_is_refused() -> None:
    first = procedure(valid_from=date(2026, 1, 1))
    commands.save_draft(actor=SYSTEM, code="1.000001", content=definition(online="partial"))
    with pytest.raises(Invalid, match="01/01/2026"):
        commands.publish(actor=SYSTEM, code="1.000001", valid_from=date(2025, 12, 31), reason="sớm quá")
    commands.publish(actor=SYSTEM, code="1.000001", valid_from=date(2026, 1, 1), reason="sửa sai")
    row = first.procedure
    assert [(item.version.number, item.replaced) for item in history(row)] == [(2, False), (1, True)]
    assert Procedure.objects.in_force(date(2026, 1, 1)).get().version_id == version_on(row, date(2026, 1, 1)).pk  # type: ignore[union-attr]


def test_a_draft_with_faults_is_kept_but_not_published_and_every_fault_is_named() -> None:
    procedure()
    bad = definition(level="xã", steps=[])
    del bad["name"]["en"]
    commands.save_draft(actor=SYSTEM, code="1.000001", content=bad)
    with pytest.raises(ImportRefused) as refused:
        commands.publish(actor=SYSTEM, code="1.000001", valid_from=DAY, reason="x")
    assert {item.place for item in refused.value.findings} == {"/level", "/steps", "/name/en"}
    assert ProcedureVersion.objects.count() == 1


@pytest.mark.parametrize(("part", "value"), [("documents", "không"), ("limit", []), ("name", {"vi": 5, "en": "x"})])
def test_a_draft_whose_parts_are_of_the_wrong_type_is_refused_at_its_place(part: str, value: object) -> None:
    procedure()
    with pytest.raises(ImportRefused) as refused:
        commands.save_draft(actor=SYSTEM, code="1.000001", content=definition(**{part: value}))
    assert refused.value.findings[0].place.startswith(f"/{part}")
    whole = definition(fees=[{"code": "le_phi", "name": {"vi": "a", "en": "b"}, "amount": 5.0}])
    assert [fault.place for fault in faults(whole)] == [""], "a whole number written as a fraction has no hash"


def test_two_editors_of_one_draft_do_not_overwrite_each_other() -> None:
    row = procedure().procedure
    seen = commands.draft_hash(row)
    commands.save_draft(actor=SYSTEM, code=row.code, content=definition(online="none"), seen=seen)
    with pytest.raises(Conflict):
        commands.save_draft(actor=SYSTEM, code=row.code, content=definition(online="partial"), seen=seen)


def test_a_retired_procedure_is_listed_no_more_and_can_come_back() -> None:
    row = procedure().procedure
    commands.retire(actor=SYSTEM, code=row.code, day=date(2026, 5, 1), reason="chuyển nhiệm vụ")
    row.refresh_from_db()
    assert version_on(row, date(2026, 4, 30)) is not None and version_on(row, date(2026, 5, 1)) is None
    assert not Procedure.objects.in_force(date(2026, 5, 1)).exists()
    commands.reinstate(actor=SYSTEM, code=row.code, reason="nhầm")
    assert Procedure.objects.in_force(date(2026, 5, 1)).exists()


def test_lists_follow_a_version_when_its_first_day_comes() -> None:
    row = procedure().procedure
    later = today() + timedelta(days=9)
    commands.save_draft(actor=SYSTEM, code=row.code, content=definition(level="province"))
    commands.publish(actor=SYSTEM, code=row.code, valid_from=later, reason="chuyển cấp")
    assert Procedure.objects.get().level == "commune"
    assert (commands.refresh(later), Procedure.objects.get().level, commands.refresh(later)) == (1, "province", 0)


def test_differences_are_told_by_part_and_key() -> None:
    before = definition()
    after = definition(
        limit={"unit": "working_days", "amount": 3},
        fees=[],
        documents=[*before["documents"][:1], paper("anh", "Ảnh", "copy")],
    )
    told = {str(item.part): item.kind for item in differences(before, after)}
    assert told == {
        "Thời hạn › Số": "changed",
        "Giấy tờ › Căn cước": "removed",
        "Giấy tờ › Ảnh": "added",
        "Phí, lệ phí › Lệ phí": "removed",
    }
    assert differences(before, before) == []


class TestFiles:
    def test_an_export_is_imported_into_an_empty_catalogue_and_again_without_a_change(self, shipped: None) -> None:
        raw = exported("json")[0].encode()
        assert commands.import_file(actor=SYSTEM, source_name="a.json", content=raw).batch is None
        document = json.loads(raw)
        document["procedures"] = [{**item, "code": f"{item['code']}.H99"} for item in document["procedures"][:2]]
        again = json.dumps(document).encode()
        planned = commands.import_file(actor=SYSTEM, source_name="b.json", content=again, dry_run=True)
        assert planned.added == 2 and Procedure.objects.count() == 30
        assert commands.import_file(actor=SYSTEM, source_name="b.json", content=again).batch is not None
        assert Procedure.objects.count() == 32

    def test_one_fault_refuses_the_file_and_each_is_at_its_place(self, shipped: None) -> None:
        document = json.loads(exported("json", ["1.001193", "1.000894"])[0])
        document["procedures"][0]["code"] = "x"
        document["procedures"][1]["versions"][0]["valid_from"] = "mai"
        assert _places(json.dumps(document).encode()) == {"/procedures/0/code", "/procedures/1/versions/0/valid_from"}
        document = json.loads(exported("json", ["1.001193"])[0])
        document["procedures"][0]["versions"][0]["content"]["fees"][0]["amount"] = -1
        document["procedures"][0]["versions"][0]["valid_from"] = "2026-02-30"
        assert _places(json.dumps(document).encode()) == {
            "/procedures/0/versions/0/content/fees/0/amount",
            "/procedures/0/versions/0/valid_from",
        }
        assert _places(b'{"format": }') == {"dòng 1, cột 12"}
        assert Procedure.objects.count() == 30 and not Procedure.objects.exclude(draft="").exists()

    def test_a_table_makes_drafts_and_changes_nothing_when_nothing_differs(self, shipped: None) -> None:
        table = exported("csv")[0]
        assert commands.import_file(actor=SYSTEM, source_name="a.csv", content=table.encode()).lines == []
        changed = table.replace(
            "commune,Đăng ký khai sinh,Registration of birth,0", "commune,Đăng ký khai sinh,Registration of birth,2"
        )
        done = commands.import_file(actor=SYSTEM, source_name="a.csv", content=changed.encode())
        assert done.lines == ["~ 1.001193 Thời hạn › Số: 0 → 2"]
        assert json.loads(Procedure.objects.get(code="1.001193").draft)["limit"]["amount"] == 2
        assert commands.import_file(actor=SYSTEM, source_name="a.csv", content=changed.encode()).batch is None

    def test_a_name_like_a_formula_stays_text_in_a_table_and_reads_back_unchanged(self) -> None:
        row = procedure().procedure
        content = csv_files.newest(row)
        content = content | {"name": {"vi": "=HYPERLINK(1)", "en": "-- 'name"}}
        table = csv_files.write([(row, content)])
        assert ",'=HYPERLINK(1),'-- 'name," in table
        [draft], unchanged = csv_files.read(table.encode())
        assert (draft.content["name"], unchanged) == (content["name"], 0)

    def test_every_bad_cell_of_a_table_is_named(self, shipped: None) -> None:
        head = ",".join(csv_files.COLUMNS)
        assert _places(f"{head}\n1.1,ho-tich,làng,A,B,x,days,le_phi,full\n".encode()) == {
            f"dòng 2, cột {name}" for name in ("code", "level", "limit_amount", "fees")
        }
        assert _places(b"code,name\n1.1,x\n") == {"dòng 1"}

    def test_the_command_line_tells_what_a_dry_run_would_do(self, shipped: None, tmp_path: Path) -> None:
        file = tmp_path / "x.csv"
        call_command("export_procedures", file, code=["1.001193"], stdout=StringIO())
        file.write_text(file.read_text().replace(",full", ",partial"))
        said = StringIO()
        call_command("import_procedures", file, dry_run=True, stdout=said)
        assert "Mức trực tuyến" in said.getvalue() and "nothing was written" in said.getvalue()
        file.write_text("code\n")
        with pytest.raises(CommandError):
            call_command("import_procedures", file, stdout=StringIO())


def _places(raw: bytes) -> set[str]:
    with pytest.raises(ImportRefused) as refused:
        commands.import_file(actor=SYSTEM, source_name="x", content=raw)
    return {item.place for item in refused.value.findings}


class TestEditor:
    @pytest.fixture
    def editor(self) -> Client:
        return signed_in(someone("editor"))

    @pytest.mark.parametrize(
        "page", ["", "moi/", "1.000001/", "1.000001/json/", "1.000001/cong-bo/", "1.000001/bai-bo/"]
    )
    def test_only_editors_edit(self, page: str, client: Client) -> None:
        procedure()
        assert client.get(f"{EDIT}{page}").status_code == 302
        assert signed_in(someone("clerk")).get(f"{EDIT}{page}").status_code == 403
        assert signed_in(someone("editor", name="tap")).get(f"{EDIT}{page}").status_code == 200

    def test_a_procedure_from_first_draft_to_retirement(self, editor: Client, client: Client) -> None:
        procedure()
        said = {"field": "cu-tru", "level": "commune", "name_vi": "Mới", "name_en": "New"}
        made = editor.post(f"{EDIT}moi/", {"code": "1.000002", **said})
        assert made.status_code == 302
        page = editor.get(made.url).content.decode()
        assert "/legal_basis" in page and "cần ít nhất 1 mục" in page
        assert client.get("/thu-tuc/1.000002/").status_code == 404
        form = filled(page)
        form |= {
            "basics-result_name_vi": "Giấy", "basics-result_name_en": "Paper", "basics-result_kind": "giay",
            "legal_basis-0-vi": "Luật", "legal_basis-0-en": "Law", "steps-0-title_vi": "Ký", "steps-0-title_en": "Sign",
            "steps-0-key": "ky", "steps-0-role": "leader", "form-0-key": "ly_do", "form-0-kind": "choice",
            "form-0-label_vi": "Lý do", "form-0-label_en": "Reason", "form-0-options": "a | A | A\nb | B | B",
        }  # fmt: skip
        assert editor.post(made.url, form).status_code == 302
        row = Procedure.objects.get(code="1.000002")
        assert faults(json.loads(row.draft)) == []
        answer = editor.post(
            f"{EDIT}1.000002/cong-bo/",
            filled(editor.get(f"{EDIT}1.000002/cong-bo/").content.decode())
            | {"valid_from": "2026-01-01", "reason": "mới"},
        )
        assert answer.status_code == 302
        assert "Luật" in client.get("/thu-tuc/1.000002/").content.decode()
        editor.post(f"{EDIT}1.000002/bai-bo/", {"day": "2026-02-01", "reason": "thôi"})
        assert "01/02/2026" in client.get("/thu-tuc/1.000002/").content.decode()

    def test_saving_the_form_unchanged_keeps_the_definition(self, editor: Client, shipped: None) -> None:
        for code in ("1.001612", "1.000703"):
            page = editor.get(f"{EDIT}{code}/").content.decode()
            assert editor.post(f"{EDIT}{code}/", filled(page)).status_code == 302
            row = Procedure.objects.get(code=code)
            kept = csv_files.newest(row)
            assert differences(kept, json.loads(row.draft)) == []

    def test_what_was_typed_stays_when_it_cannot_be_read(self, editor: Client) -> None:
        procedure()
        form = filled(editor.get(f"{EDIT}1.000001/").content.decode()) | {
            "fees-0-amount": "mười",
            "basics-name_vi": "Tên mới",
        }
        page = editor.post(f"{EDIT}1.000001/", form)
        assert page.status_code == 422 and "mười" in page.content.decode() and "Tên mới" in page.content.decode()
        page = editor.post(f"{EDIT}1.000001/json/", {"text": '{"a": 1,}'})
        assert (
            page.status_code == 422
            and "dòng 1" in page.content.decode()
            and "{&quot;a&quot;: 1,}" in page.content.decode()
        )

    def test_json_of_the_wrong_shape_is_told_at_its_place(self, editor: Client) -> None:
        procedure()
        page = editor.post(f"{EDIT}1.000001/json/", {"text": json.dumps(definition(documents="không"))})
        assert page.status_code == 422 and "/documents: cần danh sách" in page.content.decode()

    def test_a_file_is_uploaded_checked_and_written(
        self, editor: Client, shipped: None, settings: Any, tmp_path: Path
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        raw = exported("csv", ["1.001193"])[0].replace(",full", ",partial")
        step = editor.post("/nhap-lieu/moi/thu-tuc/", {"file": SimpleUploadedFile("a.csv", raw.encode())})
        assert "Mức trực tuyến" in editor.get(step.url).content.decode()
        assert editor.post(step.url).status_code == 302
        assert Procedure.objects.exclude(draft="").get().code == "1.001193"


def filled(page: str) -> dict[str, Any]:
    """A page's form as a browser would send it."""
    form = BeautifulSoup(page, "html.parser").find("main").find("form", method="post")
    out: dict[str, Any] = {}
    for item in form.find_all(["input", "textarea", "select"]):
        name = item.get("name")
        if item.name == "select":
            chosen = item.find("option", selected=True)
            out[name] = (chosen or item.find("option"))["value"]
        elif item.name == "textarea":
            out[name] = item.text.removeprefix("\n")
        elif item["type"] == "checkbox":
            if item.has_attr("checked"):
                out.setdefault(name, []).append(item.get("value", "on"))
        else:
            out[name] = item.get("value", "")
    return out


class TestApi:
    def test_procedures_and_versions_are_open(self, shipped: None, client: Client) -> None:
        page = client.get("/api/services/procedures?event=birth&day=2025-06-30").json()
        assert page["count"] == 4 and page["items"][0]["demonstration"] is True
        one = client.get("/api/services/procedures/1.001612").json()
        assert one["in_force"] == 2 and [item["valid_until"] for item in one["versions"]] == [None, "2025-07-01"]
        first = client.get("/api/services/procedures/1.001612/versions/1").json()
        assert first["definition"]["level"] == "district"
        assert client.get("/api/services/procedures/1.001612/versions/9").status_code == 404

    def test_writing_asks_for_the_right_and_tells_every_fault(self, client: Client) -> None:
        procedure()
        address = "/api/services/procedures/1.000001"
        body = json.dumps({"definition": definition(steps=[])})
        kind = "application/json"
        assert client.put(f"{address}/draft", body, content_type=kind).status_code == 401
        assert signed_in(someone("clerk")).put(f"{address}/draft", body, content_type=kind).status_code == 403
        editor = signed_in(someone("editor", name="tap"))
        assert editor.put(f"{address}/draft", body, content_type=kind).status_code == 200
        refused = editor.post(
            f"{address}/versions", json.dumps({"valid_from": "2026-01-01", "reason": "x"}), content_type=kind
        )
        assert refused.status_code == 422 and refused.json()["findings"][0]["place"] == "/steps"
