"""Map layers: each app offers GeoJSON for a day and a viewer, with its legend and its caveat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tinhso.foundation.registry import Registry
from tinhso.foundation.text import Text


@dataclass(frozen=True)
class Legend:
    """One class of a layer: features whose property `class` equals `value`. `thin`: a line that lies beneath others."""

    value: str
    label: Text
    colour: str  # a design token's name, e.g. "--ts-map-yes"
    dashed: bool = False
    thin: bool = False


@dataclass(frozen=True)
class MapLayer:
    """`features(day, user)` gives a GeoJSON FeatureCollection whose features carry `class` and `title`, and `url`
    where they lead to a page; `kind` is fill, line or circle; `caveat` says what the reader must know."""

    id: str
    title: Text
    kind: str
    features: Callable[[date, Any], dict]
    legend: tuple[Legend, ...]
    caveat: Text | None = None
    permission: str = ""
    default: bool = False
    order: int = 50


def for_map(layer: MapLayer, url: str) -> dict[str, Any]:
    """A layer as the map's script reads it, its features at `url`."""
    legend = [
        {"value": item.value, "label": str(item.label), "colour": item.colour, "dashed": item.dashed, "thin": item.thin}
        for item in layer.legend
    ]
    return {"id": layer.id, "title": str(layer.title), "kind": layer.kind, "url": url, "legend": legend}


layers: Registry[MapLayer] = Registry("map layer", "layers")


def map_layer(**declared: Any) -> Callable:
    """Declare `features(day, user)` as a map layer."""

    def declare(features: Callable[[date, Any], dict]) -> Callable:
        layers.add(declared["id"], MapLayer(features=features, **declared))
        return features

    return declare
