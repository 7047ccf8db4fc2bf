"""Every fault we name: how a file shows it, and what is said."""

from typing import Any

from tinhso.infrastructure.network.tests.ofds.recipes import HREF, network, node, package, span


def route(*points: tuple[float, float]) -> dict:
    return {"type": "LineString", "coordinates": [list(point) for point in points]}


def with_network(**more: Any) -> dict:
    return package(network(**more))


A, B = node("a"), node("b", 106.18, 20.43)

# name: (package, level, code, place of the fault, whether --repair mends it)
FAULTS = {
    "bare network": (network(), "error", "bare-network", "/", True),
    "uuid malformed": (with_network(id="UFINET-PA"), "error", "format", "/networks/0/id", True),
    "wrong schema link": (
        with_network(links=[{"href": "https://x.vn/s.json", "rel": "describedby"}]),
        "error",
        "const",
        "/networks/0/links/0/href",
        True,
    ),
    "no links": (
        {"networks": [{k: v for k, v in network().items() if k != "links"}]},
        "error",
        "required",
        "/networks/0",
        True,
    ),
    "empty name": (
        with_network(organisations=[{"id": "o", "name": ""}]),
        "error",
        "minLength",
        "/networks/0/organisations/0/name",
        True,
    ),
    "empty list": (with_network(contracts=[]), "error", "minItems", "/networks/0/contracts", True),
    "empty object": (with_network(publisher={}), "error", "minProperties", "/networks/0/publisher", True),
    "repeated item": (
        with_network(phases=[{"id": "1"}, {"id": "1"}]),
        "error",
        "uniqueItems",
        "/networks/0/phases",
        True,
    ),
    "number as text": (
        with_network(spans=[span("ab", "a", "b", fibreCount="52")]),
        "error",
        "type",
        "/networks/0/spans/0/fibreCount",
        True,
    ),
    "identifier as number": (
        with_network(phases=[{"id": 1}], spans=[]),
        "error",
        "type",
        "/networks/0/phases/0/id",
        True,
    ),
    "unknown status": (
        with_network(nodes=[{**A, "status": "open"}, B]),
        "error",
        "enum",
        "/networks/0/nodes/0/status",
        True,
    ),
    "status in other case": (
        with_network(nodes=[{**A, "status": "Under construction"}, B]),
        "error",
        "enum",
        "/networks/0/nodes/0/status",
        True,
    ),
    "no identifier": (
        with_network(spans=[{"start": "a", "end": "b"}]),
        "error",
        "required",
        "/networks/0/spans/0",
        True,
    ),
    "point for a route": (
        with_network(spans=[span("ab", "a", "b", route={"type": "Point", "coordinates": [1, 2]})]),
        "error",
        "const",
        "/networks/0/spans/0/route/type",
        True,
    ),
    "more in a reference": (
        with_network(spans=[span("ab", "a", "b", phase={"id": "1", "x": 1})]),
        "error",
        "additionalProperties",
        "/networks/0/spans/0/phase",
        True,
    ),
    "no such date": (with_network(publicationDate="January"), "error", "format", "/networks/0/publicationDate", True),
    "other coordinate system": (
        with_network(crs={"name": "VN-2000", "uri": "urn:x"}),
        "error",
        "const",
        "/networks/0/crs/name",
        False,
    ),
    "node is no object": (with_network(nodes=[A, B, 7]), "error", "type", "/networks/0/nodes/2", False),
    "dangling start": (
        with_network(spans=[span("ab", "a", "z")]),
        "error",
        "dangling-node",
        "/networks/0/spans/0/end",
        True,
    ),
    "dangling phase": (
        with_network(spans=[span("ab", "a", "b", phase={"id": "9"})]),
        "error",
        "dangling-phases",
        "/networks/0/spans/0/phase/id",
        True,
    ),
    "dangling medium owner": (
        with_network(nodes=[{**A, "transmissionMediumOwner": {"id": "x"}}, B]),
        "error",
        "dangling-organisations",
        "/networks/0/nodes/0/transmissionMediumOwner/id",
        True,
    ),
    "dangling support owner": (
        with_network(spans=[span("ab", "a", "b", supportingInfrastructure={"owner": {"id": "x"}})]),
        "error",
        "dangling-organisations",
        "/networks/0/spans/0/supportingInfrastructure/owner/id",
        True,
    ),
    "dangling provider": (
        with_network(nodes=[{**A, "networkProviders": [{"id": "o"}, {"id": "x"}]}, B]),
        "error",
        "dangling-organisations",
        "/networks/0/nodes/0/networkProviders/1/id",
        True,
    ),
    "dangling funder": (
        with_network(phases=[{"id": "1", "funders": [{"id": "x"}]}]),
        "error",
        "dangling-organisations",
        "/networks/0/phases/0/funders/0/id",
        True,
    ),
    "dangling wayleave": (
        with_network(spans=[span("ab", "a", "b", wayleaves=["w"])]),
        "error",
        "dangling-wayleaves",
        "/networks/0/spans/0/wayleaves/0",
        True,
    ),
    "dangling grantor": (
        with_network(wayleaves=[{"id": "w", "grantor": {"id": "x"}}]),
        "error",
        "dangling-organisations",
        "/networks/0/wayleaves/0/grantor/id",
        True,
    ),
    "dangling contract phase": (
        with_network(contracts=[{"id": "c", "relatedPhases": [{"id": "x"}]}]),
        "error",
        "dangling-phases",
        "/networks/0/contracts/0/relatedPhases/0/id",
        True,
    ),
    "self-loop": (with_network(spans=[span("aa", "a", "a")]), "error", "self-loop", "/networks/0/spans/0", True),
    "duplicate node": (
        with_network(nodes=[A, B, {**A, "name": "khác"}]),
        "error",
        "duplicate-id",
        "/networks/0/nodes/2/id",
        True,
    ),
    "same network twice": (package(network(), network()), "error", "duplicate-id", "/networks/1/id", False),
    "off the earth": (
        with_network(nodes=[node("a", 106, 95), B]),
        "error",
        "off-earth",
        "/networks/0/nodes/0/location/coordinates",
        True,
    ),
    "swapped axes": (
        with_network(nodes=[node("a", 20.4, 106.1), B]),
        "error",
        "off-earth",
        "/networks/0/nodes/0/location/coordinates",
        True,
    ),
    "route off the earth": (
        with_network(spans=[span("ab", "a", "b", route=route((106.17, 20.42), (1060, 20.42)))]),
        "error",
        "off-earth",
        "/networks/0/spans/0/route/coordinates/1",
        True,
    ),
    "identifier too long": (
        with_network(nodes=[A, B, node("n" * 201)]),
        "error",
        "id-too-long",
        "/networks/0/nodes/2/id",
        False,
    ),
    "nodes kept elsewhere": (
        with_network(
            links=[
                {"href": HREF, "rel": "describedby"},
                {"href": "https://x.vn/n", "rel": "tag:opentelecomdata.net,2022:nodesAPI"},
            ]
        ),
        "error",
        "external-nodes",
        "/networks/0/links/1",
        False,
    ),
    "name differs": (
        with_network(spans=[span("ab", "a", "b", phase={"id": "1", "name": "Khác"})]),
        "warning",
        "reference-name",
        "/networks/0/spans/0/phase/name",
        True,
    ),
    "name unset": (
        with_network(phases=[{"id": "1"}], spans=[span("ab", "a", "b", phase={"id": "1", "name": "Một"})]),
        "warning",
        "reference-name-unset",
        "/networks/0/spans/0/phase/name",
        True,
    ),
    "node unused": (with_network(nodes=[A, B, node("c")]), "warning", "unused-node", "/networks/0/nodes/2", False),
    "span without end": (
        with_network(spans=[{"id": "ab", "status": "planned", "start": "a"}]),
        "warning",
        "open-span",
        "/networks/0/spans/0/end",
        False,
    ),
    "status missing": (
        with_network(nodes=[{k: v for k, v in A.items() if k != "status"}, B]),
        "warning",
        "missing-status",
        "/networks/0/nodes/0",
        False,
    ),
    "location missing": (
        with_network(nodes=[{"id": "a", "status": "planned"}, B]),
        "warning",
        "missing-location",
        "/networks/0/nodes/0",
        False,
    ),
    "three numbers": (
        with_network(nodes=[{**A, "location": {"type": "Point", "coordinates": [106.17, 20.42, 3]}}, B]),
        "warning",
        "extra-dimension",
        "/networks/0/nodes/0/location/coordinates",
        False,
    ),
    "route ends elsewhere": (
        with_network(spans=[span("ab", "a", "b", route=route((106.17, 20.42), (107, 20.42)))]),
        "warning",
        "route-ends-elsewhere",
        "/networks/0/spans/0/route",
        False,
    ),
    "length in metres": (
        with_network(spans=[span("ab", "a", "b", fibreLength=276000)]),
        "warning",
        "implausible-length",
        "/networks/0/spans/0/fibreLength",
        False,
    ),
    "no country": (
        with_network(nodes=[{**A, "internationalConnections": [{"region": "x"}]}, B]),
        "warning",
        "international-country",
        "/networks/0/nodes/0/internationalConnections/0",
        False,
    ),
}
