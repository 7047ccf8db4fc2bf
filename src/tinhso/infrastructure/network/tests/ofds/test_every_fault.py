"""Every fault the standard's own tool can name is named by us at the same place; what repair mends; what 0.4 added."""

import copy
import inspect
import re
from typing import Any

import pytest

from tinhso.infrastructure.network.ofds.checks import check
from tinhso.infrastructure.network.ofds.faults import Faults
from tinhso.infrastructure.network.ofds.reader import read
from tinhso.infrastructure.network.ofds.schema import breaches
from tinhso.infrastructure.network.tests.ofds.mutations import Mutation, mutations, network, spoilt
from tinhso.infrastructure.network.tests.ofds.recipes import HREF, raw
from tinhso.infrastructure.network.tests.ofds.test_faults import our_names

EVERY = list(mutations())
# What only the source can mend: an element that is a bare value, another coordinate system, ends of no known kind.
SOURCE_ONLY = re.compile(r"^(\w+ \(\) type|spans \('(start|end)',\) type| \('crs', '(name|uri)'\) const)$")


def told(mutation: Mutation) -> str:
    return f"{mutation.name} {mutation.path} {mutation.fault}"


def test_every_breach_of_the_schema_the_tool_names_is_named() -> None:
    validate = pytest.importorskip("libcoveofds.jsonschemavalidate", reason="libcoveofds is a test dependency")
    from libcoveofds.schema import OFDSSchema

    assert len(EVERY) > 400
    value = {"networks": [spoilt(number, mutation) for number, mutation in enumerate(EVERY)]}
    ours = {(breach.keyword, breach.path) for breach in breaches(value)}
    assert {path[1] for _keyword, path in ours} == set(range(len(EVERY))), "each spoilt network has a fault"
    missed = []
    for number in range(len(EVERY)):
        # One at a time: the tool copies its input for every error.
        one = {"networks": [value["networks"][number]]}
        if all(
            isinstance(item, dict) for items in one["networks"][0].values() if isinstance(items, list) for item in items
        ):
            for error in validate.JSONSchemaValidator(OFDSSchema()).validate(one):
                path = ("networks", number, *list(error._path)[2:])
                if (error._validator, path) not in ours:
                    missed.append((told(EVERY[number]), error._validator, error._message[:100]))
    assert missed == []


def test_repair_mends_all_but_what_only_the_source_knows() -> None:
    left = {}
    for number, mutation in enumerate(EVERY):
        found = read(raw({"networks": [spoilt(number, mutation)]}), repair=True)
        if found.errors:
            left[told(mutation)] = [fault.reason for fault in found.faults if fault.level == "error"]
        else:
            assert found.networks
            assert any(fault.level == "repair" for fault in found.faults), told(mutation)
    assert {name for name in left if not SOURCE_ONLY.match(name)} == set(), left


ORGANISATION, PHASE = {"id": "r", "name": "r"}, {"id": "r", "name": "r"}


def changed(name: str, field: str, value: Any) -> dict:
    """A network whose second element of a list has a field changed."""
    made = network(1)
    made[name].append({"id": "spoilt", **({"start": "r", "end": "e"} if name == "spans" else {}), field: value})
    return made


def referred(name: str, field: str, reference: Any) -> dict:
    """A network with a reference in a field; fields of lists take a list."""
    several = field in ("networkProviders", "funders", "relatedPhases")
    return changed(name, field, [reference] if several else reference)


# Each check of the tool, by its name and where it applies.
FIELDS = {
    "node_phase_reference": [("nodes", "phase")],
    "span_phase_reference": [("spans", "phase")],
    "contract_related_phase_reference": [("contracts", "relatedPhases")],
    "node_organisation_reference": [("nodes", "physicalInfrastructureProvider"), ("nodes", "networkProviders")],
    "span_organisation_reference": [
        ("spans", "physicalInfrastructureProvider"),
        ("spans", "networkProviders"),
        ("spans", "supplier"),
    ],
    "phase_organisation_reference": [("phases", "funders")],
}
BROKEN = {
    "id_not_found": {"id": "no such"},
    "name_does_not_match": {"id": "r", "name": "other"},
    "name_set_but_not_in_original": {"id": "nameless", "name": "r"},
}


def nameless(made: dict) -> dict:
    """The network with a phase and an organisation that have no name."""
    for name in ("phases", "organisations"):
        made[name].append({"id": "nameless"})
    return made


def point(coordinates: Any, kind: str = "Point") -> dict:
    return {"type": kind, "coordinates": coordinates}


CASES: list[tuple[str, dict]] = [
    *(
        (f"{kind}_{broken}", nameless(referred(*where, reference)))
        for kind, places in FIELDS.items()
        for where in places
        for broken, reference in BROKEN.items()
    ),
    ("span_start_node_not_found", changed("spans", "start", "no such")),
    ("span_end_node_not_found", changed("spans", "end", "no such")),
    ("node_location_type_incorrect", changed("nodes", "location", point([1, 2], "LineString"))),
    ("node_location_type_incorrect", changed("nodes", "location", {"coordinates": [1, 2]})),
    ("node_location_coordinates_incorrect", changed("nodes", "location", point([1]))),
    ("node_location_coordinates_incorrect", changed("nodes", "location", point([1, 2, 3]))),
    ("node_location_coordinates_incorrect", changed("nodes", "location", point(["1", 2]))),
    ("node_location_coordinates_incorrect", changed("nodes", "location", {"type": "Point"})),
    ("span_route_type_incorrect", changed("spans", "route", point([[1, 2], [3, 4]], "Point"))),
    ("span_route_coordinates_incorrect", changed("spans", "route", point([[1, 2], [3]], "LineString"))),
    ("span_route_coordinates_incorrect", changed("spans", "route", point([[1, 2, 3], [3, 4, 5]], "LineString"))),
    ("span_route_coordinates_incorrect", changed("spans", "route", point("x", "LineString"))),
    ("node_international_connections_country_not_set", changed("nodes", "internationalConnections", [{"region": "x"}])),
    ("node_not_used_in_any_spans", changed("nodes", "name", "x")),
    *((f"duplicate_{name[:-1]}_id", network(1, **{name: [{"id": "r"}]})) for name in ("nodes", "spans", "phases")),
    ("duplicate_organisation_id", network(1, organisations=[{"id": "r"}])),
    ("duplicate_contract_id", network(1, contracts=[{"id": "r"}])),
    *(
        (
            f"has_links_with_external_{kind}_data",
            network(1)
            | {
                "links": [
                    {"href": HREF, "rel": "describedby"},
                    {"href": "https://x.vn/", "rel": f"tag:opentelecomdata.net,2022:{kind}s{way}"},
                ]
            },
        )
        for kind in ("node", "span")
        for way in ("API", "File")
    ),
]


def names_of(value: dict) -> list[tuple[str, str]]:
    faults, copied = Faults(), copy.deepcopy(value)
    for breach in breaches(copied):
        faults.add(breach.keyword, breach.place, breach.text)
    check(copied, faults, repair=False)
    return [(fault.code, fault.place) for fault in faults.all()]


@pytest.mark.parametrize(("theirs", "made"), CASES, ids=[f"{at}-{name}" for at, (name, _made) in enumerate(CASES)])
def test_every_check_of_the_tool_is_ours(theirs: str, made: dict) -> None:
    validate = pytest.importorskip("libcoveofds.python_validate", reason="libcoveofds is a test dependency")
    from libcoveofds.schema import OFDSSchema

    value = {"networks": [made]}
    named = [found for found in validate.PythonValidate(OFDSSchema()).validate(value) if found["type"] == theirs]
    assert named, "the case shows what it says"
    ours = names_of(value)
    for found in named:
        place = found["path"]
        near = [at for code, at in ours if code in our_names(theirs) and (at.startswith(place) or place.startswith(at))]
        assert near, found


def test_no_check_of_the_tool_is_left_out() -> None:
    module = pytest.importorskip("libcoveofds.python_validate", reason="libcoveofds is a test dependency")
    known = set(re.findall(r'"type": "(\w+)"', inspect.getsource(module)))
    assert {name for name, _made in CASES} == known


# References 0.4 added, which the tool does not follow: field, list it leads to, place of the fault.
ADDED = [
    ("nodes", "transmissionMediumOwner", "organisations", ""),
    ("spans", "transmissionMediumOwner", "organisations", ""),
    ("nodes", "supportingInfrastructure", "organisations", "/owner"),
    ("spans", "supportingInfrastructure", "organisations", "/owner"),
    ("wayleaves", "grantor", "organisations", ""),
]


@pytest.mark.parametrize(("name", "field", "kind", "inside"), ADDED)
@pytest.mark.parametrize("broken", BROKEN)
def test_references_added_by_0_4_are_followed(name: str, field: str, kind: str, inside: str, broken: str) -> None:
    reference = {"owner": BROKEN[broken]} if inside else BROKEN[broken]
    value = {"networks": [nameless(changed(name, field, reference))]}
    at = 2 if name == "nodes" else 1
    code, key = {
        "id_not_found": (f"dangling-{kind}", "id"),
        "name_does_not_match": ("reference-name", "name"),
        "name_set_but_not_in_original": ("reference-name-unset", "name"),
    }[broken]
    assert (code, f"/networks/0/{name}/{at}/{field}{inside}/{key}") in names_of(value)
    repaired = read(raw(value), repair=True)
    assert not repaired.errors
    assert repaired.networks


def test_a_dangling_wayleave_is_named() -> None:
    assert ("dangling-wayleaves", "/networks/0/spans/1/wayleaves/1") in names_of(
        {"networks": [changed("spans", "wayleaves", ["r", "no such"])]}
    )
