"""The officers' desk: what waits, one dossier, acts alone and on many, deputies, the board, programs."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.government.services.desk.queries import LATE, LATER, SOON, STOPPED, Asked, Moment, length, page_of
from tinhso.government.services.desk.queries_board import board
from tinhso.government.services.dossiers.commands import apply
from tinhso.government.services.dossiers.people import workers
from tinhso.government.services.ground.process import Act, Task
from tinhso.government.services.models import Dossier
from tinhso.government.services.tests.recipes import COMMUNE, OTHER, PROVINCE, Desk, at, person
from tinhso.identity.commands import lend_mandate
from tinhso.identity.models import User
from tinhso.identity.tests.recipes import signed_in as client_of
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import AuditRecord
from tinhso.workdays.queries import current

pytestmark = pytest.mark.django_db
SECTIONS = ["", "?section=tiep-nhan", "?section=dang-dung", "?section=tra-ket-qua", "?section=tat-ca"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def shown(user: User, path: str, status: int = 200) -> str:
    answer = client_of(user).get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def send(user: User, path: str, data: dict[str, Any], status: int = 302) -> str:
    answer = client_of(user).post(path, data)
    assert answer.status_code == status, answer.content.decode()[:4000]
    return answer.content.decode()


def sent(dossier: Dossier, **data: Any) -> dict[str, Any]:
    return {"key": f"k{dossier.events_count}", "expected": dossier.events_count, **data}


def url(dossier: Dossier, verb: str = "") -> str:
    return f"/mot-cua/ho-so/{dossier.code}/{verb}{'/' if verb else ''}"


def scan() -> SimpleUploadedFile:
    """A small image, as a scanner gives it."""
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, "PNG")
    return SimpleUploadedFile("biên bản.png", out.getvalue())


def again(user: User) -> User:
    """The person as their next request reads them."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_open_empty_and_full(desk: Desk, language: str):
    paths = [*SECTIONS, "so/", "bang/", "ban-giao/"]
    for path in paths:
        shown(desk.leader, f"{language}/mot-cua/{path}")
    desk.file()
    dossier, finished = desk.in_process(), desk.finished()
    for path in [*paths, f"ho-so/{dossier.code}/", f"ho-so/{finished.code}/", "so/?ngay=2026-03-02"]:
        shown(desk.leader, f"{language}/mot-cua/{path}")


def test_each_section_shows_what_waits_there(desk: Desk):
    filed, received, finished = desk.file(), desk.received(), desk.finished()
    asked = desk.received()
    desk.act(asked, "claim", desk.officer, "2026-03-03T08:00", task=1, holder=desk.officer.actor().code)
    desk.act(asked, "request_supplements", desk.officer, "2026-03-03T09:00", reason="thiếu", papers=["cccd"])
    seen = {path: shown(desk.clerk, f"/mot-cua/{path}") for path in SECTIONS}
    where = {
        one.code: {path for path, page in seen.items() if f">{one.code}<" in page}
        for one in (filed, received, finished, asked)
    }
    assert where == {
        filed.code: {"?section=tiep-nhan", "?section=tat-ca"},
        received.code: {"?section=tat-ca"},
        finished.code: {"?section=tra-ket-qua", "?section=tat-ca"},
        asked.code: {"?section=dang-dung", "?section=tat-ca"},
    }
    assert f">{received.code}<" in shown(desk.officer, "/mot-cua/")


def test_the_least_time_left_comes_first_and_red_before_it_is_late(desk: Desk):
    codes = [desk.received(f"2026-03-0{day}T09:00") for day in (4, 2, 3)]
    moment = Moment.of(at("2026-03-09T10:00"))
    rows, onward = page_of(desk.officer, Asked(), moment, size=2)
    assert [row.dossier.code for row in rows] == [codes[1].code, codes[2].code]
    assert [row.limit for row in rows] == [SOON, LATER] and "còn" in str(rows[0].left)
    rest, end = page_of(desk.officer, Asked(after=onward), moment, size=2)
    assert ([row.dossier.code for row in rest], end) == ([codes[0].code], "")
    assert rest[0].limit == LATER
    late = page_of(desk.officer, Asked(), Moment.of(at("2026-03-10T08:30")))[0][0]
    assert (late.limit, str(late.left)) == (LATE, "trễ 1 giờ")
    assert Moment.of(at("2026-03-10T08:30")).limit(None) == STOPPED
    assert str(length(3 * current().day_seconds + 1800, current())) == "3 ngày 30 phút"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "nguyen an"}, 2),
        ({"words": "0002"}, 1),
        ({"words": "binh"}, 0),
        ({"procedure": "1.000001"}, 2),
        ({"procedure": "khac"}, 0),
        ({"status": "2"}, 1),
        ({"channel": "post"}, 0),
        ({"holder": "toi"}, 1),
        ({"holder": "chua-nhan"}, 1),
        ({"limit": "tre"}, 2),
        ({"limit": "dung"}, 0),
        ({"agency": OTHER}, 0),
        ({"limit": "dang-mo"}, 2),
        ({"after": "xyz"}, 2),
        ({"after": f"2026-01-01T00:00+07:00~{10**30}"}, 2),
    ],
)
def test_lists_are_narrowed(desk: Desk, asked: dict[str, str], found: int):
    desk.received()
    desk.in_process()
    assert len(page_of(desk.officer, Asked(**asked), Moment.of(at("2026-05-04T08:00")))[0]) == found


def test_a_list_costs_the_same_however_long(desk: Desk):
    def cost() -> int:
        client = client_of(desk.officer)
        client.get("/mot-cua/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/mot-cua/")
        return len(queries)

    desk.received()
    one = cost()
    for _ in range(5):
        desk.in_process()
    assert cost() == one <= 24


def test_an_act_is_done_once_however_often_it_is_sent(desk: Desk):
    dossier = desk.received()
    data = sent(dossier, task=1)
    for _ in range(2):
        send(desk.officer, url(dossier, "claim"), data)
    assert dossier.events.filter(kind="claimed").count() == 1


def test_the_second_of_two_sees_who_did_what_and_keeps_the_words(desk: Desk):
    dossier = desk.in_process()
    data = sent(dossier, reason="chờ biên bản")
    desk.act(dossier, "note", desk.colleague, text="đã gọi")
    page = send(desk.officer, url(dossier, "suspend"), data, 409)
    assert "Colleague" in page and "ghi chú" in page and "chờ biên bản" in page
    dossier.refresh_from_db()
    assert not dossier.suspended
    data = {**data, "key": "again", "expected": dossier.events_count}
    send(desk.officer, url(dossier, "suspend"), data)


def test_from_reception_to_the_result_by_the_pages(desk: Desk):
    dossier = desk.file()
    steps: list[tuple[User, str, dict[str, Any]]] = [
        (desk.clerk, "accept", {"papers": ["don"]}),
        (desk.officer, "claim", {"task": 1}),
        (desk.officer, "note", {"text": "đã xem"}),
        (desk.officer, "hand_over", {"task": 1, "holder": f"user:{desk.colleague.pk}", "reason": "nghỉ"}),
        (desk.colleague, "suspend", {"reason": "chờ"}),
        (desk.colleague, "resume", {}),
        (desk.colleague, "request_payment", {"amount": 5000, "reason": "lệ phí"}),
    ]
    for user, verb, data in steps:
        dossier.refresh_from_db()
        send(user, url(dossier, verb), sent(dossier, **data))
    desk.act(dossier, "pay", None, reference="VQR")
    for user, verb, data in (
        (desk.colleague, "complete_step", {"task": 1}),
        (desk.leader, "claim", {"task": 2}),
        (desk.leader, "reappoint", {"day": "2027-03-02", "reason": "bão lũ"}),
        (desk.leader, "return_step", {"task": 2, "reason": "xem lại"}),
        (desk.colleague, "claim", {"task": 3}),
        (desk.colleague, "complete_step", {"task": 3, "note": "đủ"}),
        (desk.leader, "claim", {"task": 4}),
        (desk.leader, "finish", {"task": 4, "outcome": "granted"}),
        (desk.clerk, "return_result", {"way": "handed"}),
    ):
        dossier.refresh_from_db()
        send(user, url(dossier, verb), sent(dossier, **data))
    dossier.refresh_from_db()
    assert (dossier.status, dossier.delivery) == (10, "handed")
    page = shown(desk.leader, url(dossier))
    assert "bão lũ" in page and "Colleague" in page and "02/03/2027" in page


@pytest.mark.parametrize(
    ("verb", "data", "kept"),
    [
        ("suspend", {"reason": ""}, "Tạm dừng"),
        ("request_supplements", {"papers": ["cccd"], "reason": ""}, 'value="cccd" class="ds-input" aria'),
        ("reappoint", {"day": "2020-01-01", "reason": "vì mưa"}, "vì mưa"),
        ("reappoint", {"day": "2027-01-02", "reason": "vì mưa"}, "là ngày nghỉ"),
        ("hand_over", {"task": 1, "holder": "user:0", "reason": "vì bận"}, "vì bận"),
        ("request_payment", {"amount": "x", "reason": "lệ phí"}, "lệ phí"),
        ("consult", {"question": "có tranh chấp?", "agency": ""}, "có tranh chấp?"),
        ("consult", {"question": "có tranh chấp?", "agency": "khong-co"}, "có tranh chấp?"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(desk: Desk, verb: str, data: dict, kept: str):
    dossier = desk.in_process()
    dossier.refresh_from_db()
    user = desk.leader if verb == "reappoint" else desk.officer
    page = send(user, url(dossier, verb), sent(dossier, **data), 422)
    assert 'role="alert"' in page and (kept in page or verb == "request_supplements")
    assert Dossier.objects.get(pk=dossier.pk).events_count == dossier.events_count


def test_an_agency_to_consult_is_found_by_words(desk: Desk):
    dossier = desk.in_process()
    page = send(desk.officer, url(dossier, "consult"), sent(dossier, words="co quan", find="1", question="hỏi gì"), 200)
    assert f'value="{PROVINCE}"' in page and "hỏi gì" in page and 'role="alert"' not in page
    send(desk.officer, url(dossier, "consult"), sent(dossier, words="co quan", agency=PROVINCE, question="hỏi gì"))
    asked = person("asked", "officer", PROVINCE)
    assert dossier.code in shown(asked, "/mot-cua/")
    dossier.refresh_from_db()
    send(asked, url(dossier, "answer"), sent(dossier, task=2, answer="không tranh chấp"))
    assert "không tranh chấp" in shown(desk.officer, url(dossier))


def test_a_file_is_kept_once_and_read_by_those_of_the_dossier_only(desk: Desk):
    dossier = desk.in_process()
    for _ in range(2):
        data = sent(dossier, file=scan(), paper="")
        send(desk.officer, url(dossier, "attach"), data)
    paper = dossier.papers.get()
    address = f"{url(dossier)}giay-to/{paper.pk}/"
    answer = client_of(desk.citizen).get(address)
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert answer["Content-Disposition"].startswith("attachment")
    for stranger in (person("elsewhere", "officer", OTHER), person("stranger", "citizen")):
        shown(stranger, address, 404)
        shown(stranger, url(dossier), 404)
    with pytest.raises(Forbidden):
        desk.act(dossier, "attach", person("nobody", "officer", OTHER), file="x", sha256="y")


def test_reading_is_noted_once_per_person_dossier_and_day(desk: Desk):
    dossier = desk.in_process()
    for user in (desk.officer, desk.officer, desk.leader, desk.citizen):
        client_of(user).get(url(dossier))
    noted = AuditRecord.objects.filter(verb="services.read_dossier", target=dossier.code)
    assert sorted(noted.values_list("actor_name", flat=True)) == ["Leader", "Officer"]


def test_steps_ask_for_their_role_and_what_is_held_is_the_holders(desk: Desk):
    dossier = desk.in_process()
    for user, verb in ((desk.clerk, "complete_step"), (desk.colleague, "complete_step"), (desk.colleague, "hand_over")):
        with pytest.raises(Forbidden):
            desk.act(dossier, verb, user, task=1, holder=desk.colleague.actor().code, reason="x")
    desk.act(dossier, "hand_over", desk.leader, task=1, holder=desk.colleague.actor().code, reason="nghỉ ốm")
    desk.act(dossier, "complete_step", desk.colleague, task=1)
    with pytest.raises(Forbidden):
        desk.act(dossier, "claim", desk.officer, task=2, holder=desk.officer.actor().code)
    for holder in (desk.citizen, desk.clerk, person("elsewhere", "leader", OTHER)):
        with pytest.raises(Invalid):
            desk.act(dossier, "hand_over", desk.leader, task=2, holder=holder.actor().code, reason="x")
    with pytest.raises(Invalid):
        desk.act(dossier, "claim", desk.leader, task=2, holder=desk.officer.actor().code)


def test_a_deputy_sees_and_acts_in_the_givers_name(desk: Desk):
    dossier, deputy = desk.in_process(), person("deputy")
    with pytest.raises(Forbidden):
        desk.act(dossier, "complete_step", again(deputy), task=1)
    lend_mandate(
        actor=SYSTEM, giver=desk.officer, holder=deputy, role="officer", agency_uid=COMMUNE, reason="đi học",
        valid_from=today(), valid_to=today() + timedelta(days=3),
    )  # fmt: skip
    deputy = again(deputy)
    assert deputy in workers(dossier, Task(1, "step", 0, COMMUNE))
    assert dossier.code in shown(deputy, "/mot-cua/?holder=toi")
    send(deputy, url(dossier, "complete_step"), sent(dossier, task=1))
    assert dossier.events.get(kind="step_completed").detail.actor_name == "Deputy (thay Officer)"
    assert "Deputy (thay Officer)" in shown(desk.leader, url(dossier))


def test_many_at_once_tells_each_that_was_not_done_and_why(desk: Desk):
    ready, other = [desk.finished() for _ in range(2)], desk.in_process()
    data: dict[str, Any] = {"verb": "return_result", "chon": [one.code for one in (*ready, other)]}
    page = send(desk.clerk, "/mot-cua/nhieu/", data, 200)
    assert all(one.code in page for one in ready) and 'name="way"' in page
    data |= {"key": "b1", "way": "handed"} | {f"seen-{one.pk}": one.events_count for one in (*ready, other)}
    for _ in range(2):
        page = send(desk.clerk, "/mot-cua/nhieu/", data, 200)
        assert "2 hồ sơ đã làm xong" in page and "1 hồ sơ chưa làm được" in page and "Đang xử lý" in page
    assert Dossier.objects.filter(status=10).count() == 2
    assert ready[0].code in shown(desk.clerk, f"/mot-cua/ban-giao/?ho-so={ready[0].code}")


def test_many_are_refused_each_with_its_reason(desk: Desk):
    one, two = desk.file(), desk.file()
    data: dict[str, Any] = {"verb": "refuse", "chon": [one.code, two.code], "key": "b2", "reason": ""}
    data |= {f"seen-{row.pk}": row.events_count for row in (one, two)} | {f"reason-{one.pk}": "sai mẫu"}
    assert "sai mẫu" in send(desk.clerk, "/mot-cua/nhieu/", data, 422)
    send(desk.clerk, "/mot-cua/nhieu/", {**data, "reason": "trùng hồ sơ"}, 200)
    told = [row.events.get(kind="refused").detail.values for row in (one, two)]
    assert "sai mẫu" in told[0] and "trùng hồ sơ" in told[1]
    assert "Chưa chọn" in send(desk.clerk, "/mot-cua/nhieu/", {"verb": "refuse"}, 422)
    send(desk.clerk, "/mot-cua/nhieu/", {"verb": "rate", "chon": one.code}, 422)


def test_the_board_counts_and_leads_to_what_it_counts(desk: Desk):
    late, soon = desk.received("2026-03-02T09:00"), desk.received("2026-03-03T09:00")
    desk.file()
    told = board({COMMUNE}, Moment.of(at("2026-03-10T08:30")))
    total = told.total
    assert (total.open, total.late, total.soon, total.paused, total.waiting) == (2, 1, 1, 0, 1)
    assert [(one.title, one.open) for one in told.officers] == [("", 2)]
    assert told.procedures[0].late == 1 and told.agencies[0].open == 2
    page = shown(desk.leader, "/mot-cua/bang/")
    assert "?section=tat-ca&amp;limit=tre&amp;agency=&amp;procedure=1.000001" in page
    for narrowed in ("limit=tre&procedure=1.000001", f"limit=dang-mo&agency={COMMUNE}", "limit=tre&holder=chua-nhan"):
        listed = shown(desk.leader, f"/mot-cua/?section=tat-ca&{narrowed}")
        assert late.code in listed and soon.code in listed, narrowed
    shown(desk.leader, f"/mot-cua/?section=tat-ca&holder={desk.citizen.pk}")
    shown(desk.officer, "/mot-cua/bang/", 403)


def test_programs_read_and_act_by_the_same_rules(desk: Desk):
    dossier = desk.received()
    client, base = client_of(desk.officer), "/api/services"
    listed = client.get(f"{base}/inbox").json()
    assert [one["code"] for one in listed["items"]] == [dossier.code] and "Nguyễn" not in json.dumps(listed)
    told = client.get(f"{base}/dossiers/{dossier.code}").json()
    assert {"verb": "claim", "task": 1} in told["acts"]

    def post(who: Client, **body: Any) -> Any:
        return who.post(f"{base}/dossiers/{dossier.code}/acts", body, content_type="application/json")

    claim = {"task": 1, "holder": desk.officer.actor().code}
    first = post(client, verb="claim", data=claim, key="a", expected=told["events"])
    assert (first.status_code, first.json()["caused"], first.json()["repeated"]) == (200, ["claimed", "started"], False)
    assert post(client, verb="claim", data=claim, key="a").json()["repeated"]
    for status, body in (
        (409, {"verb": "note", "data": {"text": "x"}, "key": "b", "expected": told["events"]}),
        (422, {"verb": "pay", "data": {}, "key": "c"}),
        (422, {"verb": "complete_step", "data": {}, "key": "d"}),
        (422, {"verb": "complete_step", "data": {"task": "1"}, "key": "e"}),
        (422, {"verb": "note", "data": {"text": 1.5}, "key": "f"}),
        (422, {"verb": "request_payment", "data": {"amount": 10**18, "reason": "x"}, "key": "j"}),
        (403, {"verb": "stop", "data": {"reason": "x"}, "key": "g"}),
    ):
        assert post(client, **body).status_code == status, body
    assert post(client_of(person("far", "officer", OTHER)), verb="note", data={"text": "x"}, key="h").status_code == 404
    assert client_of(desk.citizen).get(f"{base}/inbox").status_code == 403
    assert client.get(f"{base}/inbox?limit=x").status_code == 422
    upload = {"file": scan(), "key": "i", "document": "la"}
    assert client.post(f"{base}/dossiers/{dossier.code}/files", upload).status_code == 422
    upload = {"file": scan(), "key": "i", "document": "cccd"}
    assert client.post(f"{base}/dossiers/{dossier.code}/files", upload).json()["caused"] == ["attached"]


@pytest.mark.both_databases
def test_the_expected_number_of_events_lets_only_one_win(desk: Desk):
    dossier = desk.received()
    seen = dossier.events_count
    desk.act(dossier, "note", desk.clerk, text="x")
    with pytest.raises(Conflict):
        apply(
            dossier=dossier.pk, act=Act("note", {"text": "y"}), actor=desk.clerk.actor(), user=desk.clerk, key="z",
            expected=seen,
        )  # fmt: skip
    assert page_of(desk.officer, Asked(words="an", limit="tre"), Moment.of(at("2026-05-04T08:00")))[0]
