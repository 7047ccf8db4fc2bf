"""Pages of networks for everyone, and of imports for engineers."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.files.imports import ImportRefused
from tinhso.files.models import ImportBatch
from tinhso.foundation.access import public, requires
from tinhso.foundation.dates import end_of, parse_day, today
from tinhso.foundation.errors import Invalid, Problem
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.commands import import_ofds
from tinhso.infrastructure.network.forms import CheckForm, UploadForm
from tinhso.infrastructure.network.importers import OFDS
from tinhso.infrastructure.network.models import Network, Upload
from tinhso.infrastructure.network.ofds.faults import CONVERSION, ERROR, REPAIR, WARNING
from tinhso.infrastructure.network.summary import listed, readings, summary
from tinhso.infrastructure.network.uploads import drop, keep, read
from tinhso.places.state import steady

IMPORT = "infrastructure.import"
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
LEVELS = {
    ERROR: (Text("Lỗi", "Error"), "danger"),
    WARNING: (Text("Lưu ý", "Warning"), "warning"),
    REPAIR: (Text("Đã sửa", "Repaired"), "success"),
    CONVERSION: (Text("Đã chuyển đổi", "Converted"), "info"),
}
TABLES = {
    "nodes": Text("Nút", "Nodes"),
    "spans": Text("Đoạn cáp", "Spans"),
    "records": Text("Bản ghi khác", "Other records"),
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
            "facts": [(FACTS[fact.key], fact) for fact in told.completeness],
            "readings": [(reading, _findings(reading.findings)) for reading in history],
            "crumbs": [(_("Mạng cáp quang"), reverse("infrastructure:networks")), (found.name, "")],
        },
    )


def _findings(text: str) -> list[tuple[Text, str, dict[str, str]]]:
    return [(*LEVELS[item["level"]], item) for item in json.loads(text) if item["level"] in LEVELS]


@requires(IMPORT)
def upload(request: HttpRequest) -> HttpResponse:
    """First step: take a file and set it aside."""
    user: Any = request.user
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep(form.cleaned_data["file"], user.actor().code)
        except Problem as problem:
            form.add_error("file", " ".join(part for part in (problem.what, problem.mend) if part))
        else:
            day = form.cleaned_data["as_of"]
            address = reverse("infrastructure:check_upload", args=[kept.uuid])
            return redirect(f"{address}?ngay={day.isoformat()}" if day else address)
    last = ImportBatch.objects.filter(importer=OFDS, undone_at=None).order_by("-at").first()
    crumbs = [(_("Mạng cáp quang"), reverse("infrastructure:networks")), (_("Nhập tệp"), "")]
    status = 422 if request.method == "POST" else 200
    return render(request, "infrastructure/upload.html", {"form": form, "last": last, "crumbs": crumbs}, status=status)


@requires(IMPORT)
def check_upload(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Second step: what the file says and would change (GET); apply it or forget it (POST)."""
    user: Any = request.user
    kept = get_object_or_404(Upload, uuid=uuid, owner=user.actor().code)
    asked = CheckForm(request.POST if request.method == "POST" else request.GET)
    if not asked.is_valid():
        raise Invalid(_("Ngày hiện trạng không hợp lệ."), place="ngay", mend="YYYY-MM-DD")
    if request.method == "POST" and "bo" in request.POST:
        drop(kept)
        messages.info(request, _("Đã bỏ tệp “%(name)s”; chưa ghi gì.") % {"name": kept.name})
        return redirect("infrastructure:upload")
    wanted = {"as_of": asked.cleaned_data["ngay"], "repair": asked.cleaned_data["sua"]}
    context: dict[str, Any] = {
        "kept": kept,
        "asked": wanted,
        "crumbs": [
            (_("Mạng cáp quang"), reverse("infrastructure:networks")),
            (_("Nhập tệp"), reverse("infrastructure:upload")),
            (_("Kiểm tra"), ""),
        ],
    }
    apply = request.method == "POST"
    try:
        outcome = import_ofds(actor=user.actor(), raw=read(kept), source_name=kept.name, dry_run=not apply, **wanted)
    except ImportRefused as refused:
        context |= _shown(refused.findings) | {"repairable": any(item.repairable for item in refused.findings)}  # type: ignore[attr-defined]
        return render(request, "infrastructure/check_upload.html", context, status=422 if apply else 200)
    except Invalid as problem:
        return render(request, "infrastructure/check_upload.html", context | {"problem": problem}, status=422)
    if apply:
        drop(kept)
        said = _("Đã ghi “%(name)s”.") if outcome.batch else _("Tệp “%(name)s” không thay đổi gì.")
        messages.success(request, said % {"name": kept.name})
        first = outcome.changes[0].network
        return redirect(
            f"{reverse('infrastructure:network', args=[first.uuid])}?ngay={outcome.changes[0].reading.valid_from}"
        )
    changes = [
        (change, [(TABLES[name], numbers) for name, numbers in change.counts.items()]) for change in outcome.changes
    ]
    lines = outcome.diff.lines()
    context |= _shown(outcome.faults) | {
        "ready": True,
        "changes": changes,
        "changed": bool(outcome.diff),
        "lines": [line[:300] for line in lines[:SHOWN]],
        "more": max(0, len(lines) - SHOWN),
    }
    return render(request, "infrastructure/check_upload.html", context)


def _shown(findings: Any) -> dict[str, Any]:
    """Findings for the reader, with the count of each level."""
    rows = [(*LEVELS[item.level], item) for item in findings]
    counts = [(*shown, sum(item.level == level for item in findings)) for level, shown in LEVELS.items()]
    return {"findings": rows[:SHOWN], "hidden": max(0, len(rows) - SHOWN), "counts": [row for row in counts if row[2]]}
