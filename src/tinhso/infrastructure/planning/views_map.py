"""Plans on a map: the units they are about, the cable that stands, the cable they add; live and as a still picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation import still
from tinhso.foundation.access import check, may, public
from tinhso.foundation.errors import Invalid, Problem
from tinhso.foundation.layers import Legend, MapLayer, for_map
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.models import STATUSES
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning import mapping
from tinhso.infrastructure.planning.models import Plan
from tinhso.infrastructure.planning.reading import PlanView, for_reader, plan_view

SIDES = {"a": "--ts-map-planned", "b": "--ts-map-core"}
UNITS, STANDING, CABLE = "planning.units", "planning.standing", "planning.plan"
BY_STATUS = (
    Legend("planned", STATUSES["planned"], "--ts-map-planned", dashed=True),
    Legend("underConstruction", STATUSES["underConstruction"], "--ts-map-yes", dashed=True),
    Legend("operational", STATUSES["operational"], "--ts-map-route"),
)
STRAIGHT = Text(
    "Đường thẳng nối điểm trung tâm hai đơn vị có cáp mới giữa chúng; không phải vị trí cáp.",
    "Straight lines between the points of two units with new cable between them; not where it will lie.",
)
APPROXIMATE = Text(
    "Nơi chưa nạp ranh giới, đơn vị được vẽ bằng ô gần đúng.",
    "Where no boundary is loaded a unit is drawn as an approximate cell.",
)
Chosen = Mapping[str, PlanView]


def seen(request: HttpRequest, uid: UUID) -> PlanView:
    """A plan as this reader may see it; 404 where they may not know of it."""
    rows = Plan.objects.visible_to(request.user).select_related("network", "cost_model", "candidate_set")
    return for_reader(plan_view(get_object_or_404(rows, uid=uid)), request.user)


def chosen(request: HttpRequest) -> dict[str, PlanView]:
    """The plans named in the address, by side; none for a side left empty. `dot`: that phase alone."""
    found = {}
    for side in SIDES:
        if given := request.GET.get(side, "").strip():
            try:
                uid = UUID(given)
            except ValueError as broken:
                raise Invalid(
                    _("“%(given)s” không phải mã phương án.") % {"given": given[:40]},
                    place=side,
                    mend=_("Chọn phương án từ danh sách ở trang so sánh."),
                ) from broken
            found[side] = seen(request, uid)
    if number := request.GET.get("dot", ""):
        found = {side: only(view, number) for side, view in found.items()}
    return found


def only(view: PlanView, number: object) -> PlanView:
    """A plan with one of its phases alone."""
    return replace(view, phases=[phase for phase in view.phases if str(phase.phase.number) == str(number)])


def _layers(views: Chosen, user: Any) -> list[MapLayer]:
    """What is drawn, the lowest first."""
    exact, both = may(user, EXACT), len(views) == len(SIDES)
    shown = list(views.values())

    def cable(_day: Any, _user: Any) -> dict:
        return mapping.collection(
            feature for side, view in views.items() for feature in mapping.plan_features(view, user, side * both)
        )

    found = [
        MapLayer(
            id=UNITS,
            title=Text("Đơn vị hành chính", "Administrative units"),
            kind="fill",
            features=lambda _day, _user: mapping.collection(mapping.units(shown)),
            legend=(
                Legend("served", Text("Được lợi nhờ phương án", "Gain by the plan"), "--ts-map-partial"),
                Legend("unit", Text("Đơn vị khác", "Other units"), "--ts-map-unknown"),
            ),
            caveat=APPROXIMATE,
        ),
        MapLayer(
            id=CABLE,
            title=Text("Cáp mới", "New cable"),
            kind="line",
            features=cable,
            legend=tuple(
                Legend(side, Text(view.plan.title, view.plan.title), SIDES[side], dashed=side == "b")
                for side, view in views.items()
            )
            if both
            else BY_STATUS,
            caveat=None if exact else STRAIGHT,
        ),
    ]
    if exact:
        standing = MapLayer(
            id=STANDING,
            title=Text("Mạng khi lập phương án", "The network when the plan was made"),
            kind="line",
            features=lambda _day, _user: mapping.collection(mapping.standing(shown, user)),
            legend=(
                Legend(
                    "standing",
                    Text("Cáp đang dùng hoặc đang thi công", "Cable in use or under construction"),
                    "--ts-map-place",
                    thin=True,
                ),
            ),
            permission=EXACT,
        )
        found.insert(1, standing)
    return found


def shown(views: Chosen, user: Any, **more: object) -> dict[str, Any]:
    """What planning/map.html needs; `more` goes into the addresses."""
    asked = "?" + urlencode({side: view.plan.uid for side, view in views.items()} | more)
    drawn = [(layer, reverse("planning:map_layer", args=[layer.id]) + asked) for layer in _layers(views, user)]
    about = _focus(views, user)
    return {
        "layers": [layer for layer, _url in drawn],
        "on": [layer for layer, _url in drawn],
        "ids": ",".join(layer.id for layer, _url in drawn),
        "json": json.dumps([for_map(layer, url) for layer, url in drawn], ensure_ascii=False),
        "focus": ",".join(map(str, about)) if about else "",
        "data": reverse("planning:map_layer", args=[CABLE]) + asked,
        "still": reverse("planning:map_still") + asked,
    }


def _focus(views: Chosen, user: Any) -> tuple[float, float, float, float] | None:
    """Where the new cable lies; the units that gain where no line shows it."""
    lines = [feature for view in views.values() for feature in mapping.plan_features(view, user)]
    if lines:
        return mapping.focus(lines)
    every = mapping.units(list(views.values()))
    return mapping.focus([unit for unit in every if unit["properties"]["class"] == "served"] or every)


@public
def map_layer(request: HttpRequest, layer_id: str) -> HttpResponse:
    """One layer of the plans chosen as GeoJSON; each reader's own, so asked for anew."""
    if layer_id == STANDING:
        check(request.user, EXACT)
    found = next((layer for layer in _layers(chosen(request), request.user) if layer.id == layer_id), None)
    if found is None:
        raise Problem(_("Không có lớp bản đồ “%(id)s”.") % {"id": layer_id[:40]}, status=404, code="not-found")
    body = orjson.dumps(found.features(None, request.user))  # type: ignore[arg-type]
    return _own(HttpResponse(body, content_type="application/geo+json"))


@public
def map_still(request: HttpRequest) -> HttpResponse:
    """The same as a still picture; `nen=toi` for a dark ground."""
    views = chosen(request)
    drawn = [(layer, layer.features(None, request.user)) for layer in _layers(views, request.user)]  # type: ignore[arg-type]
    title = ", ".join(view.plan.title for view in views.values())
    theme = "dark" if request.GET.get("nen") == "toi" else "light"
    body = still.draw(drawn, title, theme, _focus(views, request.user))
    return _own(HttpResponse(body, content_type="image/svg+xml"))


def _own(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    return response
