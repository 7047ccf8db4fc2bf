"""Every way to break every field of the standard, made from its schema."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from tinhso.infrastructure.network.ofds.schema import LISTS, schema
from tinhso.infrastructure.network.tests.ofds.recipes import HREF

NETWORK = schema()["properties"]["networks"]["items"]
FORMATS = {"date": "2020-01-01", "iri": "https://x.vn/", "uri": "https://x.vn/"}
WRONG = {"string": 5, "number": "n", "integer": 1.5, "boolean": "maybe", "object": "x", "array": 5}


class Mutation(NamedTuple):
    """A list of elements ("" for the network's own fields), where inside, what is wrong, and the spoilt object."""

    name: str
    path: tuple[str | int, ...]
    fault: str
    value: Any


def sample(rule: dict[str, Any], key: str = "") -> Any:
    """A valid value with every field, referring to elements called "r"."""
    kind = rule["type"][0] if isinstance(rule["type"], list) else rule["type"]
    match kind:
        case "object":
            return {name: sample(inside, name) for name, inside in rule["properties"].items()}
        case "array":
            points = {"coordinates": [[1.5, 2.5], [3.5, 4.5]] if rule["items"]["type"] == "array" else [1.5, 2.5]}
            return points[key] if key in points else [sample(rule["items"])]
        case "string":
            known = {"id": "r", "start": "r", "end": "e", "wayleaves": "r"}.get(
                key, FORMATS.get(rule.get("format"), "r")
            )
            return rule.get("const") or (rule["enum"][0] if "enum" in rule else known)
    return {"boolean": True, "number": 1.5, "integer": 2}[kind]


def network(number: int, **lists: Any) -> dict[str, Any]:
    """A valid network with every field; elements besides those all refer to are given by list."""
    made = {key: sample(rule, key) for key, rule in NETWORK["properties"].items() if key not in {*LISTS, "links", "id"}}
    for name in LISTS:
        element = sample(NETWORK["properties"][name]["items"])
        made[name] = [element, *lists.get(name, ())]
    made["nodes"].insert(1, {"id": "e"})
    made |= {"id": str(uuid.UUID(int=number, version=4)), "links": [{"href": HREF, "rel": "describedby"}]}
    return made


def _spoils(rule: dict[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    """Wrong values for a rule, by fault."""
    kind = rule["type"][0] if isinstance(rule["type"], list) else rule["type"]
    yield "type", WRONG[kind]
    yield "null", None
    if rule.get("minLength"):
        yield "minLength", ""
    if rule.get("minItems"):
        yield "minItems", []
    if rule.get("minProperties"):
        yield "minProperties", {}
    if rule.get("uniqueItems"):
        yield "uniqueItems", [value[0], copy.deepcopy(value[0])]
    if rule.get("additionalProperties") is False:
        yield "additionalProperties", {**value, "zz": 1}
    for name in ("enum", "const"):
        if name in rule:
            yield name, "zz"
    if "format" in rule:
        yield "format", "không đúng dạng"
    for missing in rule.get("required", ()):
        yield f"required {missing}", {key: item for key, item in value.items() if key != missing}


def _paths(rule: dict[str, Any], value: Any, path: tuple = ()) -> Iterator[tuple[tuple, dict[str, Any], Any]]:
    yield path, rule, value
    for key, inside in rule.get("properties", {}).items():
        yield from _paths(inside, value[key], (*path, key))
    if isinstance(value, list) and value:
        yield from _paths(rule["items"], value[0], (*path, 0))


def mutations() -> Iterator[Mutation]:
    """Every single fault of every field."""
    about = {key: rule for key, rule in NETWORK["properties"].items() if key not in {*LISTS, "links", "id"}}
    rules = {"": {"type": "object", "properties": about}} | {
        name: NETWORK["properties"][name]["items"] for name in LISTS
    }
    for name, rule in rules.items():
        whole = sample(rule)
        for path, inside, value in _paths(rule, whole):
            for fault, wrong in _spoils(inside, value) if path or name else ():
                yield Mutation(name, path, fault, put(whole, path, wrong))


def put(whole: Any, path: tuple, value: Any) -> Any:
    """A copy with a value at a path."""
    if not path:
        return copy.deepcopy(value)
    made = copy.deepcopy(whole)
    holder = made
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    return made


def spoilt(number: int, mutation: Mutation) -> dict[str, Any]:
    """A network with one fault. The spoilt element has an identifier of its own where the fault leaves it one."""
    if not mutation.name:
        return network(number) | mutation.value
    element = mutation.value
    if isinstance(element, dict) and element.get("id") == "r":
        element = {**element, "id": "spoilt"}
    return network(number, **{mutation.name: [element]})
