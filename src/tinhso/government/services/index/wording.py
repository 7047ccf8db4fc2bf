"""What the rows of the service index's numbers say, in words for pages. No rule rests on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.foundation.text import Text
from tinhso.government.services.index.formula import formulas, text
from tinhso.government.services.models import Procedure
from tinhso.identity.queries import agencies_by_uid

NO_DATA = Text("Không có dữ liệu", "No data")


def agency_titles(rows: list[dict[str, Any]], day: date) -> dict[str, Text | str]:
    """Rows by the agencies they speak of."""
    known = agencies_by_uid([row["key"] for row in rows])
    return {uid: agency.title for uid, agency in known.items()}


def procedure_titles(rows: list[dict[str, Any]], day: date) -> dict[str, Text | str]:
    """Rows by the procedures they speak of."""
    found = Procedure.objects.filter(code__in=[row["key"] for row in rows])
    return {procedure.code: procedure.title for procedure in found}


SHARE: dict[str, Any] = {
    "values": {"state": {"whole": Text("Đủ cả", "All"), "part": Text("Một phần", "In part"), "no_data": NO_DATA}},
    "titles": agency_titles,
}
PROCEDURES: dict[str, Any] = {
    "values": {"state": {"whole": Text("Toàn trình", "Fully online"), "part": Text("Chưa toàn trình", "Not fully")}},
    "titles": procedure_titles,
}
POINTS: dict[str, Any] = {
    "facts": {
        name: label
        for group in formulas()[-1]["groups"]
        for title in (text(group["title"]),)
        for name, label in (
            (
                group["key"],
                Text(
                    f"{title.vi}: {{{group['key']}}}/{{{group['key']}_of}} phần nghìn điểm",
                    f"{title.en}: {{{group['key']}}}/{{{group['key']}_of}} thousandths of a point",
                ),
            ),
            (f"{group['key']}_of", Text("", "")),
        )
    },
    "values": {"state": {"scored": Text("Đã chấm", "Scored"), "no_data": NO_DATA}},
    "titles": agency_titles,
}
