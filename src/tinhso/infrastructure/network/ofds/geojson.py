"""The standard's convenience form: one GeoJSON feature collection of nodes and spans, references written out.

The convenience form alone loses what no feature refers to, and which of a reference's fields were written. Both are
kept in foreign members (RFC 7946, 6.1): `networks` of the collection holds the networks without their nodes and spans,
`ofds` of a feature the original values it replaced. So the way back loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

GEOMETRY = {"nodes": "location", "spans": "route"}
FEATURE_TYPE = {"nodes": "node", "spans": "span"}
ORGANISATION_KEYS = ("physicalInfrastructureProvider", "transmissionMediumOwner", "supplier", "networkProviders")
Json = dict[str, Any]


def to_geojson(package: Json) -> Json:
    """A package as one feature collection; the package is left as it was."""
    heads = [{key: value for key, value in network.items() if key not in GEOMETRY} for network in package["networks"]]
    collection: Json = {"type": "FeatureCollection", "features": [], "networks": heads}
    if "links" in package:
        collection["links"] = package["links"]
    for network in package["networks"]:
        collection["features"] += _features(network)
    return collection


def _features(network: Json) -> Iterator[Json]:
    known = {
        name: {item["id"]: item for item in network.get(name, ())} for name in ("nodes", "phases", "organisations")
    }
    about = {key: network[key] for key in ("id", "name") if key in network}
    for name, geometry in GEOMETRY.items():
        for element in network.get(name, ()):
            shown = {key: value for key, value in element.items() if key != geometry}
            written = {"network": about, "featureType": FEATURE_TYPE[name], **_written_out(shown, known)}
            feature = {"type": "Feature", "geometry": element.get(geometry), "properties": {**shown, **written}}
            if replaced := {key: element[key] for key in written if key in element and element[key] != written[key]}:
                feature["ofds"] = replaced
            yield feature


def _written_out(element: Json, known: dict[str, dict[str, Json]]) -> Json:
    def full(kind: str, reference: Any) -> Any:
        if isinstance(reference, list):
            return [full(kind, item) for item in reference]
        identity = reference.get("id") if isinstance(reference, dict) else reference
        return known[kind].get(identity, reference) if isinstance(identity, str) else reference

    out = {key: full("organisations", element[key]) for key in ORGANISATION_KEYS if key in element}
    if "phase" in element:
        out["phase"] = full("phases", element["phase"])
    out |= {key: full("nodes", element[key]) for key in ("start", "end") if key in element}
    support = element.get("supportingInfrastructure")
    if isinstance(support, dict) and "owner" in support:
        out["supportingInfrastructure"] = {**support, "owner": full("organisations", support["owner"])}
    return out


def from_geojson(document: Any) -> Any:
    """The package a feature collection of `to_geojson` was made from; anything else is returned as it is.

    Invalid for other GeoJSON: organisations and contracts that no feature names would be missing.
    """
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        return document
    heads, features = document.get("networks"), document.get("features")
    if not isinstance(heads, list) or not isinstance(features, list):
        raise Invalid(
            _("Tệp GeoJSON này không mang đủ dữ liệu của mạng."),
            place="/networks",
            mend=_("Nhập bản JSON của chuẩn OFDS; GeoJSON chỉ là dạng tiện dùng cho bản đồ."),
        )
    networks = [dict(head) if isinstance(head, dict) else head for head in heads]
    by_id = {head["id"]: head for head in networks if isinstance(head, dict) and isinstance(head.get("id"), str)}
    for index, feature in enumerate(features):
        _take_back(feature, by_id, f"/features/{index}")
    package: Json = {"networks": networks}
    if "links" in document:
        package["links"] = document["links"]
    return package


def _take_back(feature: Any, networks: dict[str, Json], place: str) -> None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    network = properties.get("network") if isinstance(properties, dict) else None
    home = networks.get(network.get("id", "")) if isinstance(network, dict) else None
    name = {"node": "nodes", "span": "spans"}.get(str(properties.get("featureType"))) if properties else None
    replaced = feature.get("ofds", {}) if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or home is None or name is None or not isinstance(replaced, dict):
        raise Invalid(_("Đối tượng GeoJSON không nói nó thuộc mạng nào, là nút hay đoạn cáp."), place=place)
    element = {key: value for key, value in properties.items() if key not in ("network", "featureType")}
    element |= replaced
    if feature.get("geometry") is not None:
        element[GEOMETRY[name]] = feature["geometry"]
    home.setdefault(name, []).append(element)
