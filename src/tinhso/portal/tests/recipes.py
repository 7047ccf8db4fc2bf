"""Layers and search providers made for a test, beside those the apps declare."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from tinhso.foundation.layers import Legend, MapLayer, layers
from tinhso.foundation.registry import Registry
from tinhso.foundation.search import Hit, SearchProvider
from tinhso.foundation.text import Text

SQUARE = [[[106.0, 20.0], [106.2, 20.0], [106.2, 20.2], [106.0, 20.2], [106.0, 20.0]]]


@contextmanager
def only(registry: Registry, *items: Any) -> Iterator[None]:
    """Within the block a registry holds these items and no others."""
    kept, found = registry._items, registry._discovered
    registry._items, registry._discovered = {item.id: item for item in items}, True
    try:
        yield
    finally:
        registry._items, registry._discovered = kept, found


def squares(id: str = "test.squares", *, calls: list[date] | None = None, **changes: Any) -> MapLayer:
    """One commune on fibre, one not, one whose class no legend names."""

    def features(day: date, user: Any) -> dict:
        if calls is not None:
            calls.append(day)
        shapes = [("yes", "Xã Ấp"), ("no", "Xã Bình <b>"), ("strange", "Xã Lạ")]
        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": {"type": "Polygon", "coordinates": SQUARE},
                    "properties": {"class": value, "title": title, "url": "/dia-ban/1/" if value == "yes" else ""},
                }
                for value, title in shapes
            ],
        }

    legend = (
        Legend("yes", Text("Có", "Yes"), "--ts-map-yes"),
        Legend("no", Text("Chưa", "No"), "--ts-map-no", dashed=True),
    )
    given = {"title": Text("Ô vuông", "Squares"), "kind": "fill", "legend": legend, **changes}
    return MapLayer(id=id, features=features, **given)


def no_layers() -> Any:
    return only(layers)


def finder(id: str, *hits: Hit) -> SearchProvider:
    return SearchProvider(id, Text(id, id), lambda query, user, limit: list(hits))
