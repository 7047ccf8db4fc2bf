"""How things came to be: versions, who changed them, what was claimed and appraised, and signed content in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tinhso.foundation.text import Text
from tinhso.measures.contract import indicators
from tinhso.programme import words
from tinhso.programme.models import COMPARATORS, SIDES, Agreement, Appraisal, Claim, Commitment, Party
from tinhso.proof.models import AuditRecord


def agreement(uid: str) -> Agreement | None:
    """An agreement as recorded now, in force or not."""
    return Agreement.objects.known_at().filter(uid=uid).first()


def versions(uid: str) -> list[Commitment]:
    """Every version of a commitment ever recorded, the newest first; superseded ones say until when they were held."""
    return list(Commitment.objects.filter(uid=uid).order_by("-recorded_at", "-valid_from", "-id"))


def parties(uid: str) -> list[Party]:
    """Every row ever recorded of an agreement's parties: by side, the latest first."""
    return list(Party.objects.filter(agreement=uid).order_by("-side", "-recorded_at", "-valid_from", "-id"))


def events(target: str) -> list[AuditRecord]:
    """Who did what, the latest first."""
    return list(AuditRecord.objects.filter(target=target).order_by("-at", "-id")[:200])


@dataclass(frozen=True)
class Stated:
    claim: Claim
    appraisals: list[Appraisal]


def statements(uid: str) -> list[Stated]:
    """Every claim on a commitment with every appraisal of it, the latest first."""
    rows = Claim.objects.filter(commitment=uid).prefetch_related("appraisals", "evidence").order_by("-as_of", "-id")
    return [Stated(row, sorted(row.appraisals.all(), key=lambda said: said.pk)) for row in rows]


def _value(pair: list[int] | None) -> Fraction | None:
    return Fraction(pair[0], pair[1]) if pair and pair[1] else None


def readable(content: dict[str, Any], language: str) -> list[dict[str, Any]]:
    """The findings of signed content, as the reader's language says them. Reads nothing but the content."""
    return [_row(row, language) for row in content["findings"]]


def _row(row: dict[str, Any], language: str) -> dict[str, Any]:
    target, unit = row["target"], "share"
    if target["indicator"] in indicators:
        unit = indicators[target["indicator"]].unit
    wanted = ""
    if target["value"]:
        wanted = f"{COMPARATORS[target['comparator']]} {words.value_text(_value(target['value']), unit)}"
    measured, claimed, appraised = row["measured"], row["claimed"], row["appraised"]
    return {
        "commitment": row["commitment"],
        "text": row["text"][language],
        "state": row["state"],
        "state_title": str(words.STATES[row["state"]]),
        "target": wanted or "—",
        "due": words.day_text(date.fromisoformat(target["due"])) if target["due"] else "—",
        "measured": words.value_text(_value(measured["value"]), unit) if measured else "—",
        "measured_on": words.day_text(date.fromisoformat(measured["as_of"])) if measured else "",
        "measurement": measured["measurement"] if measured else "",
        "claimed": words.value_text(_value(claimed["value"]), unit) if claimed else "—",
        "claimed_by": str(SIDES[claimed["side"]]) if claimed else "",
        "appraised": words.value_text(_value(appraised["value"]), unit) if appraised else "—",
        "appraised_by": str(SIDES[appraised["side"]]) if appraised else "",
        "reason": appraised["reason"] if appraised else "",
        "finding": row["finding"],
        "action": row["action"],
    }


def party_names(content: dict[str, Any]) -> list[tuple[Text, str]]:
    return [(SIDES[party["side"]], party["name"]) for party in content["parties"]]
