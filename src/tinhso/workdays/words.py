"""An explanation as text, and as values for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinhso.foundation.text import Text
from tinhso.workdays.calendars import Calendar
from tinhso.workdays.clock import Due
from tinhso.workdays.explain import Line, digest
from tinhso.workdays.rules import Rule


def in_language(text: Text, language: str) -> str:
    return text.en if language == "en" else text.vi


def line_text(line: Line, language: str) -> str:
    """One line: the day, what it did, and by which act."""
    act = f" [{in_language(line.act, language)}]" if line.act else ""
    return f"{line.day:%d/%m/%Y}  {in_language(line.text, language)}{act}"


def answer_as_dict(answer: Due, lines: Sequence[Line], rule: Rule, calendar: Calendar) -> dict[str, Any]:
    """The due date, the versions it rests on and the lines, in both languages."""
    return {
        "due_at": answer.at.isoformat() if answer.at else None,
        "left": answer.left,
        "provisional": answer.provisional,
        "rule": {**rule.as_dict(), "version": rule.version},
        "calendar": {"version": calendar.version, "sha256": calendar.sha256},
        "explanation_sha256": digest(lines),
        "explanation": [
            {
                "kind": line.kind,
                "day": line.day.isoformat(),
                "count": line.count,
                "vi": line.text.vi,
                "en": line.text.en,
                "act_vi": line.act.vi if line.act else "",
                "act_en": line.act.en if line.act else "",
            }
            for line in lines
        ],
    }
