"""Pages and API of the calendar: what everyone sees, what is refused and where, and who may publish."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.proof.audit import SYSTEM
from tinhso.workdays import demo
from tinhso.workdays.commands import pinned, publish_calendar
from tinhso.workdays.models import CalendarVersion
from tinhso.workdays.official import read_notices, shipped

pytestmark = pytest.mark.django_db
CALENDAR, DUE, VERSIONS, PUBLISH = (
    "/lich-lam-viec/",
    "/tinh-ngay-hen/",
    "/lich-lam-viec/cac-ban/",
    "/lich-lam-viec/ban-hanh/",
)


@pytest.fixture
def as_role(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Client]:
    """A browser signed in with a role."""

    def sign_in(role: str) -> Client:
        monkeypatch.setattr(get_user_model(), "role_codes", lambda self: {role})
        client = Client()
        client.force_login(get_user_model().objects.create_user("keeper", "secret-word", full_name="Lê Thị C"))
        return client

    return sign_in


def page(client: Client, address: str, status: int = 200, **query: Any) -> BeautifulSoup:
    response = client.get(address, query)
    assert response.status_code == status, response.content[:500]
    return BeautifulSoup(response.content, "html.parser")


def amended() -> dict[str, Any]:
    notices = deepcopy(read_notices())
    notices["acts"]["cv1"] = {"vi": "Công văn 1/VPCP", "en": "Dispatch 1/VPCP"}
    notices["notices"]["2028"] = "cv1"
    notices["swaps"].append({"off": "2027-11-26", "worked": "2027-11-27", "act": "cv1"})
    return notices


def test_a_year_shows_each_day_off_with_its_act(client: Client):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        soup = page(client, CALENDAR, nam="2026")
    assert len(asked) <= 10
    assert len(soup.select(".ts-month")) == 12 and len(soup.select(".ts-month time")) == 365
    assert {cell.time["datetime"] for cell in soup.select('[data-day="worked"]') if cell.time} == {
        "2026-01-10",
        "2026-08-22",
    }
    row = next(row for row in soup.select("tbody tr") if "24/11/2026" in row.text)
    assert "Ngày Văn hóa Việt Nam" in row.text and "Nghị quyết 28/2026/QH16" in row.text
    assert "Tạm tính" not in soup.main.text and "249" in soup.main.text
    english = BeautifulSoup(client.get(f"/en{CALENDAR}", {"nam": "2026"}).content, "html.parser")
    assert "Vietnamese Culture Day" in english.text and "Resolution 28/2026/QH16" in english.text


def test_a_year_without_notice_says_so_and_years_not_covered_are_refused(client: Client):
    assert "Chưa có thông báo nghỉ chính thức" in page(client, CALENDAR, nam="2028").main.text
    for nam in ("2017", "2036", "hai", "1" * 400):
        said = page(client, CALENDAR, status=422, nam=nam)
        assert said.select_one("#id_nam")["value"] == nam and said.select_one('[role="alert"]')
    page(client, CALENDAR, status=422, nam="2026", ban="7")


def test_the_calculator_answers_with_every_day_and_keeps_the_question_in_its_address(client: Client):
    assert page(client, DUE).select_one("#ket-qua") is None
    asked = {"nhan": "2026-01-29T14:00", "so": "5", "don_vi": "working_days"}
    soup = page(client, DUE, **asked)
    assert "17:00 05/02/2026" in soup.select_one('[role="status"]').text
    assert soup.select_one("tbody th").text == "29/01/2026"
    assert "Bộ luật Dân sự" in soup.main.text
    waits = {"dung1": "supplement", "tu1": "2026-01-30T09:00", "den1": "2026-02-03T09:00"}
    later = page(client, DUE, **asked, **waits)
    assert "17:00 09/02/2026" in later.select_one('[role="status"]').text and later.select_one("details[open]")
    standing = page(client, DUE, **asked, dung1="payment", tu1="30/01/2026 09:00")
    assert "Đồng hồ đang dừng" in standing.text and "Còn lại: 4 ngày" in " ".join(standing.text.split())


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"nhan": "hôm qua"}, "nhan"),
        ({"nhan": "1901-01-01T08:00"}, "nhan"),
        ({"nhan": "9999-12-31T23:59"}, "nhan"),
        ({"so": "-1"}, "so"),
        ({"so": "0", "don_vi": "months"}, "so"),
        ({"so": "49", "don_vi": "months"}, "so"),
        ({"don_vi": "weeks"}, "don_vi"),
        ({"chot": "25:00"}, "chot"),
        ({"dung1": "supplement"}, "tu1"),
        ({"tu2": "2026-02-02T08:00"}, "dung2"),
        ({"dung1": "supplement", "tu1": "2026-01-28T08:00"}, "tu1"),
        ({"dung2": "payment", "tu2": "2026-02-03T08:00", "den2": "2026-02-02T08:00"}, "tu2"),
        ({"dung2": "payment", "tu2": "2026-02-03T08:00", "den2": "9999-12-31T23:59"}, "tu2"),
    ],
)
def test_the_calculator_names_the_field(client: Client, asked: dict[str, str], field: str):
    given = {"nhan": "2026-01-29T14:00", "so": "5", "don_vi": "working_days", **asked}
    soup = page(client, DUE, status=422, **given)
    assert soup.select_one(f'[role="alert"] a[href="#id_{field}"]'), soup.select_one('[role="alert"]')
    assert soup.select_one("#id_nhan")["value"] == given["nhan"]


def test_versions_are_listed_and_compared(client: Client):
    assert "Chưa ban hành bản lịch nào" in page(client, VERSIONS).text
    assert pinned() == pinned() == shipped().sha256
    publish_calendar(actor=SYSTEM, notices=amended(), reason="Công văn 1")
    soup = page(client, VERSIONS, truoc="1", sau="2")
    assert "Công văn 1" in soup.text and "26/11/2027" in soup.text and "Nghỉ hoán đổi" in soup.text
    assert "2028" in soup.text
    assert "giống nhau" in page(client, VERSIONS, truoc="1", sau="1").text
    page(client, VERSIONS, status=422, truoc="1", sau="99")
    assert "Nghỉ hoán đổi, làm bù ngày 26/11/2027" not in page(client, CALENDAR, nam="2027", ban="1").text
    assert "Nghỉ hoán đổi" in page(client, CALENDAR, nam="2027").text


@pytest.mark.parametrize("role", ["citizen", "clerk", "officer", "leader", "auditor", "editor"])
def test_only_some_may_publish(role: str, client: Client, as_role: Callable[[str], Client]):
    assert client.get(PUBLISH).status_code == 302
    assert as_role(role).post(PUBLISH, {"publish": "1"}).status_code == 403


def test_publishing_shows_what_changes_then_asks_why(as_role: Callable[[str], Client]):
    keeper = as_role("administrator")
    text = json.dumps(amended(), ensure_ascii=False)
    file = SimpleUploadedFile("lich.json", text.encode(), "application/json")
    seen = keeper.post(PUBLISH, {"file": file, "preview": "1"})
    soup = BeautifulSoup(seen.content, "html.parser")
    assert seen.status_code == 200 and "26/11/2027" in soup.text and not CalendarVersion.objects.exists()
    assert json.loads(soup.select_one("#id_notices").text) == amended()
    mark = soup.select_one("#id_seen")["value"]
    unseen = keeper.post(PUBLISH, {"notices": text, "reason": "Công văn 1", "publish": "1"})
    assert unseen.status_code == 422 and "đã đổi sau lần xem trước" in unseen.content.decode()
    silent = keeper.post(PUBLISH, {"notices": text, "seen": mark, "reason": " ", "publish": "1"})
    assert silent.status_code == 422 and "Cần nêu lý do" in silent.content.decode()
    done = keeper.post(PUBLISH, {"notices": text, "seen": mark, "reason": "Công văn 1", "publish": "1"})
    assert done.status_code == 302 and CalendarVersion.objects.get().note == "Công văn 1"
    again = keeper.post(PUBLISH, {"notices": text, "seen": mark, "reason": "Công văn 1", "publish": "1"})
    assert again.status_code == 422 and CalendarVersion.objects.count() == 1


def _with(path: str, value: Any) -> str:
    notices: Any = amended()
    *way, last = path.split(".")
    place = notices
    for name in way:
        place = place[int(name) if name.isdigit() else name]
    place[last] = value
    return json.dumps(notices)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Chọn tệp hoặc dán nội dung"),
        ("{,}", "cột 2"),
        ("[" * 9000, "không phải JSON"),
        ("[]", "object"),
        (_with("hours", ["17:00-07:30"]), "ngược"),
        (_with("hours", ["07:30-11:30", "11:00-17:00"]), "chồng nhau"),
        (_with("notices.2029", "cv2"), "«cv2»"),
        (_with("swaps.0.off", "2019-01-05"), "trong tuần"),
        (_with("swaps.0.off", "2027-02-04"), "đã là"),
        (_with("swaps.0.off", "2026-02-31"), "2026-02-31"),
        (_with("holidays.0.act", "cv2"), "«cv2»"),
        (_with("holiday", []), "holiday"),
    ],
)
def test_a_file_that_is_wrong_is_named_and_kept(text: str, said: str, as_role: Callable[[str], Client]):
    response = as_role("administrator").post(PUBLISH, {"notices": text, "reason": "Lý do", "preview": "1"})
    soup = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422 and said in soup.select_one('[role="alert"]').text
    assert soup.select_one("#id_notices").text.strip() == text and soup.select_one("#id_reason")["value"] == "Lý do"
    assert not CalendarVersion.objects.exists()


def test_a_file_too_large_or_not_text_is_refused(as_role: Callable[[str], Client]):
    keeper = as_role("administrator")
    large = SimpleUploadedFile("a.json", b" " * (256 * 1024 + 1))
    assert "lớn hơn 256 KB" in keeper.post(PUBLISH, {"file": large, "preview": "1"}).content.decode()
    broken = SimpleUploadedFile("a.json", b"\xff\xfe\x00")
    assert "không phải UTF-8" in keeper.post(PUBLISH, {"file": broken, "preview": "1"}).content.decode()


def test_the_api_counts_and_tells_years_and_versions(client: Client):
    asked = {"received": "2026-01-29T14:00+07:00", "amount": 5}
    found = client.get("/api/workdays/due", asked).json()
    assert found["due_at"] == "2026-02-05T17:00:00+07:00" and found["explanation"][-1]["kind"] == "due"
    stood = client.get("/api/workdays/due", {**asked, "pauses": "payment~2026-01-30T09:00+07:00"}).json()
    assert stood["due_at"] is None and stood["left"] == 4
    year = client.get("/api/workdays/calendar/2026").json()
    assert year["working_days"] == 249 and not year["provisional"] and year["calendar"]["sha256"] == shipped().sha256
    assert client.get("/api/workdays/calendar/2017").status_code == 404
    assert client.get("/api/workdays/versions").json() == []
    pinned()
    assert client.get("/api/workdays/versions").json()[0]["sha256"] == shipped().sha256
    assert client.get("/api/workdays/versions/1").json()["sha256"] == shipped().sha256
    assert client.get("/api/workdays/versions/2").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"received": "2026-01-29T14:00"},
        {"received": "0001-01-01T00:00+14:00"},
        {"amount": -1},
        {"amount": 10**30},
        {"unit": "weeks"},
        {"unit": "months", "amount": 0},
        {"pauses": "supplement"},
        {"pauses": "lunch~2026-01-30T09:00+07:00"},
        {"pauses": "payment~2026-01-30T09:00"},
        {"pauses": "payment~9999-12-31T23:59-12:00"},
        {"version": 2**63},
    ],
)
def test_the_api_refuses_with_a_place(client: Client, asked: dict[str, Any]):
    response = client.get("/api/workdays/due", {"received": "2026-01-29T14:00+07:00", "amount": 5, **asked})
    assert response.status_code == 422, response.content
    assert response.headers["Content-Type"].startswith("application/problem+json")


def test_the_demonstration_publishes_once():
    told: list[str] = []
    for _ in range(2):
        demo.run("36", None, told.append)
    assert CalendarVersion.objects.count() == 1 and told[0] == told[1] and shipped().version in told[0]


def test_a_calendar_shipped_later_does_not_unsettle_dates_pinned_before(monkeypatch: pytest.MonkeyPatch):
    from tinhso.workdays import queries

    first = pinned()
    newer = type(shipped())({**shipped().content, "hours": ["08:00-16:00"]})
    monkeypatch.setattr(queries, "shipped", lambda: newer)
    assert queries.current().sha256 == first == queries.by_hash(first).sha256 != newer.sha256


def test_programs_read_what_a_calendar_changed_and_publish_by_the_same_rules(as_role: Callable[[str], Client]):
    pinned()
    given = {"notices": amended(), "reason": "Công văn 1"}
    address = "/api/workdays/versions"
    assert Client().post(address, given, content_type="application/json").status_code == 401
    keeper = as_role("administrator")
    assert keeper.post(address, {**given, "reason": " "}, content_type="application/json").status_code == 422
    assert keeper.post(address, {**given, "notices": {}}, content_type="application/json").status_code == 422
    done = keeper.post(address, given, content_type="application/json")
    assert (done.status_code, done.json()["number"]) == (201, 2), done.content
    assert keeper.post(address, given, content_type="application/json").status_code == 409
    told = Client().get(f"{address}/2/differences").json()
    changed = {one["date"]: one["after"] for one in told["days"]}
    assert (changed["2027-11-26"]["off"], changed["2027-11-27"]["off"]) == (True, False)
    assert changed["2027-11-26"]["act_en"] == "Dispatch 1/VPCP"
    assert [(one["year"], one["before_vi"], one["after_vi"]) for one in told["years"]] == [
        (2028, None, "Công văn 1/VPCP")
    ]
    assert Client().get(f"{address}/2/differences?since=2").json()["days"] == []
    assert Client().get(f"{address}/3/differences").status_code == 404


@pytest.mark.parametrize("role", ["citizen", "leader", "editor"])
def test_only_some_programs_may_publish(role: str, as_role: Callable[[str], Client]):
    given = {"notices": {}, "reason": "x"}
    assert as_role(role).post("/api/workdays/versions", given, content_type="application/json").status_code == 403
