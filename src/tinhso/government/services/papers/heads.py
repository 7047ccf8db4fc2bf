"""What every paper bears: the agency's head, its number, place and date, and who signs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from tinhso.foundation.dates import VIETNAM
from tinhso.government.services.dossiers.clocking import explanation
from tinhso.government.services.models import Dossier, DossierEvent, DossierParty, IssuedPaper
from tinhso.government.services.models.issued import FORMS
from tinhso.identity.models import Agency
from tinhso.places.models import Unit, short_name
from tinhso.workdays.clock import Due
from tinhso.workdays.explain import Line

ONE_STOP = "Bộ phận Tiếp nhận và Trả kết quả"
#: What numbers of a form's series end in: ours, one for each form so that no number is given twice. Which ending the
#: forms of Circular 03/2025/TT-VPCP print has not been checked; those of 2018 had the one-stop shop's abbreviation.
SERIES = {"01": "TNHS", "02": "HDHS", "03": "TCHS", "04": "PXL", "05": "TB", "06": "PKS", "07": "STD", "result": "KQ"}
Block = dict[str, Any]


def line(label: str, value: str) -> Block:
    return {"kind": "line", "label": label, "value": value or "…"}


def text(words: str) -> Block:
    return {"kind": "text", "text": words}


def table(head: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> Block:
    return {"kind": "table", "head": list(head), "widths": list(widths), "rows": [list(row) for row in rows]}


def signer(role: str, name: str, *, note: str = "(Ký và ghi rõ họ tên)", sealed: bool = True) -> dict[str, Any]:
    """A signature block; `sealed`: here stands the agency's digital signature."""
    return {"role": role, "note": "(Ký số)" if sealed else note, "name": name, "sealed": sealed}


def moment(at: datetime) -> str:
    """As official papers write it: 09 giờ 05 phút, ngày 02 tháng 3 năm 2026."""
    local = at.astimezone(VIETNAM)
    return f"{local:%H} giờ {local:%M} phút, {day_words(local.date())}"


def day_words(day: date) -> str:
    """Days below ten and the months one and two with a nought before them (Decree 30/2020/NĐ-CP)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def short(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at else ""


def agency_at(uid: str, day: date) -> Agency | None:
    """An agency on a day; its last version where it no longer was."""
    found = Agency.objects.as_of(day).filter(uid=uid).first()
    return found or Agency.objects.known_at().filter(uid=uid).order_by("-valid_from").first()


class Agencies:
    """Agencies on a day, each looked up once: a paper names the same one several times."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.find = lru_cache(maxsize=None)(lambda uid: agency_at(uid, day))

    def name(self, uid: str) -> str:
        """Its name, or its uid where it is not known."""
        found = self.find(uid)
        return found.name if found else uid


@dataclass(frozen=True)
class Source:
    """A dossier's paper and what it is made from, as of its event."""

    paper: IssuedPaper
    dossier: Dossier
    event: DossierEvent

    @cached_property
    def people(self) -> dict[str, DossierParty]:
        return {party.role: party for party in self.dossier.parties.all()}

    @property
    def applicant(self) -> DossierParty:
        return self.people["applicant"]

    @property
    def handed_in_by(self) -> str:
        """Whoever stood at the counter or sat at the screen."""
        return (self.people.get("representative") or self.applicant).name

    @cached_property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.event.data))

    @cached_property
    def told(self) -> tuple[Due, list[Line]] | None:
        """The due date as of the event, explained."""
        return explanation(self.dossier, self.event.number)

    @cached_property
    def words(self) -> Mapping[str, Any]:
        """What people wrote with the event; {} once erased."""
        return dict(json.loads(self.event.detail.values or "{}"))

    @property
    def actor(self) -> str:
        return self.event.detail.actor_name

    @property
    def day(self) -> date:
        return self.event.at.astimezone(VIETNAM).date()

    @cached_property
    def agencies(self) -> Agencies:
        return Agencies(self.day)

    def agency(self, uid: str) -> str:
        return self.agencies.name(uid)

    @property
    def procedure(self) -> str:
        return self.dossier.version.definition.name.vi

    def who(self) -> list[Block]:
        """The lines that name the applicant."""
        person = self.applicant
        lines = [line("Tiếp nhận hồ sơ của", person.name), line("Địa chỉ", person.address)]
        lines.append(line("Số điện thoại", person.phone))
        if person.email:
            lines.append(line("Thư điện tử", person.email))
        lines.append(line("Nội dung yêu cầu giải quyết", self.procedure))
        return lines


def head(
    paper: IssuedPaper, agencies: Agencies, *, reference: str, demonstration: bool, unit: str = ""
) -> dict[str, Any]:
    """The parts every paper has; its date is the day of `agencies`."""
    day, agency = agencies.day, agencies.find(paper.agency_uid)
    parent = agencies.name(agency.parent_uid) if agency and agency.parent_uid else ""
    place = Unit.objects.as_of(day).filter(code=agency.seat_unit_code).first() if agency else None
    place_words = f"{short_name(place.name)}, " if place else ""
    title = FORMS[paper.form]
    return {
        "form": paper.form,
        "form_name": f"Mẫu số {paper.form}" if paper.form != "result" else "",
        "agency": agency.name if agency else paper.agency_uid,
        "parent": parent,
        "unit": unit,
        "number": f"{paper.number}/{SERIES[paper.form]}",
        "place_date": f"{place_words}{day_words(day)}",
        "reference": reference,
        "title": title.vi,
        "title_en": title.en,
        "subtitle": "",
        "blocks": [],
        "after": [],
        "signers": [],
        "copies": [],
        "qr": "",
        "how": "",
        "landscape": False,
        "demonstration": demonstration,
    }
