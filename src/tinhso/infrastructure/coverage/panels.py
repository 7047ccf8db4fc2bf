"""Coverage on the page of a place: fibre as the public may know it, broadband in a line, the way to the sheet."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Min, Q
from django.http import HttpRequest

from tinhso.foundation.panels import panel
from tinhso.identity.models import Agency
from tinhso.infrastructure.coverage.speeds import STATES, TONES, speeds_of
from tinhso.infrastructure.network import inputs
from tinhso.infrastructure.network.coverage import FIBRE_STATES, PATH_STATES, Covered, around, covered, tone
from tinhso.infrastructure.network.models import Node, Span
from tinhso.infrastructure.network.rules import agencies_on_fibre
from tinhso.infrastructure.network.situation import Situation, situation_of, version
from tinhso.measures.contract import RATIO, Value
from tinhso.places.models import COMMUNE, Population, Unit
from tinhso.places.queries import populations
from tinhso.places.state import stamp_of


def reached_on(now: Situation, day: date) -> date | None:
    """The day on which the last part of the units was first reached, by what is in the record now; None where one is
    not reached, or was before the record begins."""
    first: dict[str, date] = {}
    for one in now.serving:
        network, place = one.state.network, one.placed
        working = Q(network=network, status="operational", valid_from__lte=day)
        begun = list(
            Node.objects.known_at()
            .filter(working, element_id__in=place)
            .values_list("element_id")
            .annotate(Min("valid_from"))
        )
        for end in ("start_id", "end_id"):
            ending = Span.objects.known_at().filter(working, **{f"{end}__in": place})
            begun += ending.values_list(end).annotate(Min("valid_from"))
        for node, since in begun:
            part = place[node].uid
            if part and since:
                first[part] = min(since, first.get(part, since))
    parts = [part.uid for found in now.parts.values() for part in found]
    return max(first.values()) if parts and all(part in first for part in parts) else None


@panel("places.place", "fibre", "coverage/fibre_panel.html", order=20)
def fibre(request: HttpRequest, unit: Unit, day: date, **subject: Any) -> dict | None:
    """One commune in detail; a district or province by the share of its communes."""
    if unit.level != COMMUNE:
        return _share(covered(f"unit:{unit.code}", day))
    return _commune(unit, day, (version(day), stamp_of(Agency, Population)))


@lru_cache(maxsize=2048)
def _commune(unit: Unit, day: date, stamp: object) -> dict:
    """What the panel says of a commune, kept until anything it rests on is written."""
    now, found = around(unit, day)
    fibre, paths = found.fibre[unit.code], found.paths[unit.code]
    seated = Agency.objects.as_of(day).filter(seat_unit_code=unit.code)
    lines = Value.of(RATIO, agencies_on_fibre.count(inputs.agencies_on_fibre(now, seated, day)))
    return {
        "covered": found,
        "fibre": fibre,
        "fibre_label": FIBRE_STATES[fibre["state"]],
        "fibre_tone": tone(fibre["state"]),
        "paths_label": PATH_STATES[paths["state"]],
        "paths_tone": tone(paths["state"]),
        "nodes": found.nodes.get(unit.code, 0),
        "since": reached_on(situation_of([unit], day), day) if fibre["state"] == "on" else None,
        "agencies": lines,
        "people": populations([unit.uid]).get(unit.uid),
    }


def _share(found: Covered) -> dict | None:
    return {"covered": found, "share": found.value} if found.units else None


@panel("places.place", "broadband", "coverage/panel.html", order=24)
def broadband(request: HttpRequest, unit: Unit, day: date, **subject: Any) -> dict | None:
    """Broadband measured in a commune; nothing for a district or province."""
    if unit.level != COMMUNE:
        return None
    found = speeds_of([unit], day)
    row = found.rows[unit.code]
    return {
        "speed": row,
        "level": found.level,
        "made_up": found.demonstration and row["tests"] > 0,
        "speed_label": STATES[row["state"]],
        "speed_tone": TONES[row["state"]],
    }
