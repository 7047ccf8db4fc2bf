"""The two commands at the console."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tinhso.workdays.models import CalendarVersion
from tinhso.workdays.official import read_notices, shipped

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command(*arguments)
    return capsys.readouterr().out


def test_due_explains_itself_in_both_languages(capsys: pytest.CaptureFixture[str]):
    vietnamese = said(capsys, "due", "2026-01-29T14:00", "--working-days", "5")
    assert vietnamese.splitlines()[-1] == "05/02/2026  Hẹn trả lúc 17:00 ngày 05/02/2026"
    english = said(capsys, "due", "2026-01-29T14:00", "--working-days", "5", "--lang", "en")
    assert english.splitlines()[-1] == "05/02/2026  Due at 17:00 on 5 February 2026"
    assert len(english.splitlines()) == len(vietnamese.splitlines()) and "weekend" in english


def test_due_tells_machines_what_it_rests_on(capsys: pytest.CaptureFixture[str]):
    told = json.loads(
        said(
            capsys, "due", "2026-01-29T14:00+07:00", "--days", "10", "--json",
            "--event", "supplements_requested=2026-02-02T09:00", "--event", "supplements_received=2026-02-04T09:00",
        )
    )  # fmt: skip
    assert told["due_at"] == "2026-02-10T17:00:00+07:00" and told["rule"]["unit"] == "days"
    assert told["calendar"]["sha256"] == shipped().sha256 and len(told["explanation_sha256"]) == 64
    assert sum(line["kind"] == "paused" for line in told["explanation"]) == 2


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["2026-01-29T14:00"], "required"),
        (["hôm qua", "--days", "1"], "hôm qua"),
        (["2026-01-29T14:00", "--days", "1", "--hours", "1"], "not allowed with"),
        (["2026-01-29T14:00", "--days", "0"], "amount"),
        (["2016-01-29T14:00", "--days", "1"], "29/01/2016"),
        (["2026-01-29T14:00", "--days", "1", "--event", "lunch=2026-01-30T09:00"], "KIND"),
        (["2026-01-29T14:00", "--days", "1", "--event", "paid=2026-01-30T09:00"], "events.1"),
        (["2026-01-29T14:00", "--days", "1", "--event", "reappointed=2026-01-30T09:00"], "reappointed="),
        (["2026-01-29T14:00", "--days", "1", "--event", "paid=2026-01-30T09:00=2026-01-31T09:00"], "KIND"),
        (
            ["2026-01-29T14:00", "--days", "1", "--event", "reappointed=2026-01-30T09:00=2025-01-30T09:00"],
            r"events\.1",
        ),
        (["2026-01-29T14:00", "--days", "1", "--cut-off", "25:00"], "cut_off · «25:00».*15:00"),
        (["2026-01-29T14:00", "--days", "1", "--cut-off", "3 giờ"], "3 giờ"),
        (["2026-01-29T14:00", "--days", "1", "--calendar", "9"], "số 9"),
        (["2026-01-29T14:00", "--days", "-1"], "amount · .* -1.* từ 1 đến 1500"),
        (["hôm qua", "--days", "1"], "«hôm qua» không phải thời điểm"),
    ],
)
def test_due_says_what_is_wrong(arguments: list[str], why: str):
    with pytest.raises(CommandError, match=why):
        call_command("due", *arguments)


def test_a_calendar_is_tried_then_published_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    notices = read_notices()
    notices["swaps"].append({"off": "2027-11-26", "worked": "2027-11-27", "act": "cv10065"})
    file = tmp_path / "lich.json"
    file.write_text(json.dumps(notices))
    assert "26/11/2027  ngày thường → Nghỉ hoán đổi" in said(capsys, "publish_calendar", str(file), "--dry-run")
    assert not CalendarVersion.objects.exists()
    with pytest.raises(CommandError, match="lý do"):
        call_command("publish_calendar", str(file))
    assert "Lịch số 1" in said(capsys, "publish_calendar", str(file), "--reason", "Công văn 10065")
    with pytest.raises(CommandError, match="đã được ban hành"):
        call_command("publish_calendar", str(file), "--reason", "Công văn 10065")
    asked = said(capsys, "due", "2027-11-25T14:00", "--working-days", "1", "--calendar", "1")
    assert asked.splitlines()[-1].startswith("27/11/2027")


@pytest.mark.parametrize("content", ["", "[", "{}", '{"code": 1}'])
def test_a_broken_file_publishes_nothing(tmp_path: Path, content: str):
    file = tmp_path / "lich.json"
    file.write_text(content)
    with pytest.raises(CommandError, match=r"lich\.json"):
        call_command("publish_calendar", str(file), "--reason", "x")
    with pytest.raises(CommandError, match="No such file"):
        call_command("publish_calendar", str(tmp_path / "không có.json"), "--reason", "x")
    assert not CalendarVersion.objects.exists()
