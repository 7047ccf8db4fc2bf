"""Pages of networks for everyone."""

from __future__ import annotations

import json
from datetime import date, datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.files.uploaders import LEVELS
from tinhso.foundation.access import public
from tinhso.foundation.dates import end_of, parse_day, today
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.summary import listed, readings, summary
from tinhso.places.state import steady

SHOWN = 200
FACTS = {
    "node.location": Text("Nút có toạ độ", "Nodes with coordinates"),
    "node.status": Text("Nút ghi trạng thái", "Nodes with a status"),
    "node.unit": Text("Nút ghi mã địa bàn", "Nodes with a unit code"),
    "span.ends": Text("Đoạn cáp ghi đủ hai đầu", "Spans with both ends"),
    "span.status": Text("Đoạn cáp ghi trạng thái", "Spans with a status"),
    "span.length": Text("Đoạn cáp ghi độ dài cáp", "Spans with a fibre length"),
    "span.route": Text("Đoạn cáp có độ dài từ cáp hoặc tuyến", "Spans measured by fibre or route"),
    "span.medium": Text("Đoạn cáp ghi môi trường truyền", "Spans with a transmission medium"),
    "span.ready": Text("Đoạn cáp ghi ngày sẵn sàng", "Spans with a ready-for-service date"),
    "span.phase": Text("Đoạn cáp ghi giai đoạn", "Spans with a phase"),
}
DOWNLOADS = {
    "json": Text("JSON", "JSON"),
    "geojson": Text("GeoJSON", "GeoJSON"),
    "csv": Text("CSV với WKT (zip)", "CSV with WKT (zip)"),
    "gpkg": Text("GeoPackage", "GeoPackage"),
}


def _day(request: HttpRequest, name: str) -> date | None:
    """A day of the address; Invalid where it is none."""
    text = request.GET.get(name, "").strip()
    day = parse_day(text)
    if text and day is None:
        raise Invalid(_("“%(text)s” không phải là ngày.") % {"text": text[:40]}, place=name, mend="YYYY-MM-DD")
    return day


@public
def networks(request: HttpRequest) -> HttpResponse:
    """Every network that has been read."""
    page = Paginator(listed(request.user), 50).get_page(request.GET.get("trang"))
    return render(request, "infrastructure/networks.html", {"page": page, "crumbs": [(_("Mạng cáp quang"), "")]})


@public
@steady()
def network(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One network at the end of a day, as known at the end of another."""
    found = get_object_or_404(Network.objects.visible_to(request.user), uuid=uuid)
    day, known_day = _day(request, "ngay") or today(), _day(request, "biet")
    known_at: datetime | None = end_of(known_day) if known_day else None
    told = summary(found, day, known_at)
    history = list(readings(found, known_at)[:SHOWN])
    return render(
        request,
        "infrastructure/network.html",
        {
            "network": found,
            "day": day,
            "known_day": known_day,
            "told": told,
            "known_at": known_at,
            "formats": DOWNLOADS.items(),
            "facts": [(FACTS[fact.key], fact) for fact in told.completeness],
            "readings": [(reading, _findings(reading.findings)) for reading in history],
            "crumbs": [(_("Mạng cáp quang"), reverse("infrastructure:networks")), (found.name, "")],
        },
    )


def _findings(text: str) -> list[tuple[Text, str, dict[str, str]]]:
    return [(*LEVELS[item["level"]], item) for item in json.loads(text) if item["level"] in LEVELS]
