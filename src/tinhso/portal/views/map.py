"""The map: page, features, still picture."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.foundation import still
from tinhso.foundation.access import public
from tinhso.foundation.layers import MapLayer
from tinhso.foundation.text import sort_key
from tinhso.portal import maps

ROWS = 50


def _chosen(request: HttpRequest) -> list[MapLayer]:
    """The layers asked for with `lop`, or those shown by default."""
    if asked := request.GET.getlist("lop"):
        return [maps.layer_for(request.user, layer_id) for layer_id in dict.fromkeys(asked)]
    if "chon" in request.GET:
        return []
    shown = maps.visible_layers(request.user)
    return [layer for layer in shown if layer.default] or shown[:1]


def _tally(layer: MapLayer, features: list[dict]) -> list[tuple[str, int]]:
    """How many features stand in each class of the legend."""
    counted: dict[str, int] = {}
    for feature in features:
        value = str(feature["properties"].get("class"))
        counted[value] = counted.get(value, 0) + 1
    return [(str(item.label), counted.get(item.value, 0)) for item in layer.legend]


@public
def map_page(request: HttpRequest) -> HttpResponse:
    """Layers, a day, and the same features as a list."""
    day = maps.asked_day(request)
    chosen = _chosen(request)
    tables = []
    for number, layer in enumerate(chosen):
        features = maps.features(layer, day, request.user)["features"]
        labels = {item.value: str(item.label) for item in layer.legend}
        rows = [
            {
                "title": feature["properties"].get("title", ""),
                "url": feature["properties"].get("url", ""),
                "about": feature["properties"].get("about", ""),
                "class": labels.get(str(feature["properties"].get("class")), ""),
            }
            for feature in features
        ]
        rows.sort(key=lambda row: sort_key(str(row["title"])))
        param = f"trang{number or ''}"
        page = Paginator(rows, ROWS).get_page(request.GET.get(param))
        tables.append({"layer": layer, "page": page, "param": param, "tally": _tally(layer, features)})
    stops = maps.stops()
    at = max((n for n, stop in enumerate(stops) if stop.day <= day), default=0)
    context = {
        "day": day,
        "layers": maps.visible_layers(request.user),
        "chosen": chosen,
        "chosen_ids": ",".join(layer.id for layer in chosen),
        "tables": tables,
        "stops": stops,
        "at": at,
        "crumbs": [(_("Bản đồ"), "")],
    }
    template = "portal/map_tables.html" if request.headers.get("HX-Request") else "portal/map.html"
    return render(request, template, context)


@public
def layer_geojson(request: HttpRequest, layer_id: str) -> HttpResponse:
    """A layer's features on a day as GeoJSON."""
    layer = maps.layer_for(request.user, layer_id)
    day = maps.asked_day(request)
    return maps.kept_answer(
        request,
        f"geojson:{layer.id}:{day}",
        "application/geo+json",
        lambda: maps.feature_bytes(layer, day, request.user),
        public=not layer.permission,
    )


@public
def still_svg(request: HttpRequest) -> HttpResponse:
    """The chosen layers on a day as a picture; `nen=toi` for a dark ground."""
    day = maps.asked_day(request)
    chosen = _chosen(request)
    theme = "dark" if request.GET.get("nen") == "toi" else "light"
    ranked = sorted(chosen, key=lambda layer: ("fill", "line", "circle").index(layer.kind))

    def make() -> bytes:
        title = ", ".join(str(layer.title) for layer in ranked) + f" · {day:%d/%m/%Y}"
        return still.draw([(layer, maps.features(layer, day, request.user)) for layer in ranked], title, theme)

    key = f"svg:{theme}:{day}:{','.join(layer.id for layer in ranked)}"
    return maps.kept_answer(request, key, "image/svg+xml", make, public=not any(layer.permission for layer in ranked))
