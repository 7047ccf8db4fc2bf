"""Map layers as the portal serves them: who may see which, the days worth stopping at, bytes kept until a write."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.foundation.access import check, may
from tinhso.foundation.dates import parse_day, today
from tinhso.foundation.errors import Invalid, Problem
from tinhso.foundation.layers import MapLayer, layers
from tinhso.places.models import COMMUNE, Unit
from tinhso.proof.models import Entry

# The agreement's previous term, whose results the province claims, began in 2016.
FIRST_YEAR = 2016
KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Stop:
    """A day the slider stops at; `change`: communes were merged or renamed on it."""

    day: date
    change: bool


def visible_layers(user: Any) -> list[MapLayer]:
    """The layers a reader may see, in order."""
    shown = [layer for layer in layers if not layer.permission or may(user, layer.permission)]
    return sorted(shown, key=lambda layer: (layer.order, layer.id))


def layer_for(user: Any, layer_id: str) -> MapLayer:
    """A layer by id; 404 when unknown, 403 when its right is missing."""
    if layer_id not in layers:
        raise Problem(
            _("Không có lớp bản đồ “%(id)s”.") % {"id": layer_id},
            place="lop",
            mend=_("Chọn một lớp ở trang bản đồ."),
            status=404,
            code="not-found",
        )
    layer = layers[layer_id]
    if layer.permission:
        check(user, layer.permission)
    return layer


def asked_day(request: HttpRequest, default: date | None = None) -> date:
    """The day in `?ngay=`, or the default (today)."""
    text = request.GET.get("ngay", "")
    if not text:
        return default or today()
    day = parse_day(text)
    if day is None or not 1900 <= day.year <= 2999:
        raise Invalid(
            _("“%(text)s” không phải là ngày.") % {"text": text[:40]}, place="ngay", mend=_("Viết dạng 2021-12-31.")
        )
    return day


def stops() -> list[Stop]:
    """Ends of years since the previous term, the days communes changed, and today."""
    now = today()
    changed = (
        Unit.objects.known_at()
        .filter(level=COMMUNE, valid_from__gt=date(FIRST_YEAR, 1, 1), valid_from__lte=now)
        .values_list("valid_from", flat=True)
        .distinct()
        .order_by("-valid_from")[:12]
    )
    changes = {day for day in changed if day is not None}
    ends = {date(year, 12, 31) for year in range(FIRST_YEAR, now.year)}
    return [Stop(day, day in changes) for day in sorted({*ends, *changes, now})]


def state_of_data() -> int:
    """A number that grows with every command: each one leaves an entry."""
    return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def features(layer: MapLayer, day: date, user: Any) -> dict:
    """A layer's features on a day, as this reader may see them."""
    return orjson.loads(feature_bytes(layer, day, user))


def feature_bytes(layer: MapLayer, day: date, user: Any) -> bytes:
    """The same as GeoJSON text."""
    return _kept(
        f"layer:{layer.id}:{day}", user, lambda: orjson.dumps(_collected(layer, day, user), option=orjson.OPT_SORT_KEYS)
    )


def _collected(layer: MapLayer, day: date, user: Any) -> dict:
    try:
        return layer.features(day, user)
    except Problem as missing:
        # Before any territory is loaded its scope is unknown: an empty map, not a missing page.
        if missing.code != "not-found":
            raise
        return {"type": "FeatureCollection", "features": []}


def kept_answer(
    request: HttpRequest, key: str, content_type: str, make: Callable[[], bytes], public: bool = True
) -> HttpResponse:
    """An answer with ETag and gzip; kept for readers who are not signed in until anything is written."""
    body = _kept(key, request.user, make)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if etag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        packed = _kept(f"gzip:{etag}", request.user, lambda: gzip.compress(body, 6, mtime=0))
        answer = HttpResponse(packed, content_type=content_type, headers={"Content-Encoding": "gzip"})
    else:
        answer = HttpResponse(body, content_type=content_type)
    answer["ETag"] = etag
    answer["Vary"] = "Accept-Encoding, Cookie"
    open_to_all = public and not request.user.is_authenticated
    answer["Cache-Control"] = "public, max-age=60" if open_to_all else "private, no-cache"
    return answer


def _kept(key: str, user: Any, make: Callable[[], bytes]) -> bytes:
    if getattr(user, "is_authenticated", False):
        return make()
    full = f"portal:{hashlib.sha256(f'{key}:{get_language()}:{state_of_data()}'.encode()).hexdigest()}"
    found = cache.get(full)
    if found is None:
        found = make()
        cache.set(full, found, KEPT_SECONDS)
    return found
