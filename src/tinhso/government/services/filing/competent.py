"""Which agencies a procedure falls to on a day."""

from __future__ import annotations

from datetime import date

from tinhso.foundation.text import fold
from tinhso.government.services.ground.definition import Definition
from tinhso.identity.models import Agency


def competent_agencies(definition: Definition, day: date) -> list[Agency]:
    """The agencies a person may choose from, by name: people's committees of communes, or the department.

    Only agencies with a code can give a dossier its code. Where districts are no more their communes took over; a
    province's procedure is narrowed to the department its authority names.
    """
    rows = Agency.objects.as_of(day).exclude(code_new="").order_by("sort_key", "uid")
    committees = rows.filter(kind="peoples_committee")
    level = definition.content["level"]
    if level == "province":
        found = list(rows.filter(level="province", kind__in=["department", "peoples_committee"]))
        named = fold(definition.content.get("authority", {}).get("vi", ""))
        return [row for row in found if named and named in row.folded] or found
    if level == "district" and (districts := list(committees.filter(level="district"))):
        return districts
    return list(committees.filter(level="commune"))
