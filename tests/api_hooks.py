"""Schemathesis asks as people of the province do: three requests of four name something that is there."""

import itertools
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import schemathesis

KNOWN: list[dict[str, Any]] = json.loads(Path(os.environ["API_KNOWN"]).read_text())
#: How often each operation was asked, by each method.
ASKED: dict[tuple[str, str], Any] = defaultdict(itertools.count)


def below(visitor: dict[str, Any], address: str) -> list[dict[str, Any]]:
    """Parameters under the longest known beginning of an address."""
    longest = max((known for known in visitor["paths"] if address.startswith(known)), key=len, default="")
    return visitor["paths"].get(longest, [])


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    label = case.operation.label
    method, _, address = label.partition(" ")
    number = next(ASKED[label, case.method])
    able = [one for one in KNOWN if "{" not in address or below(one, address)] or KNOWN
    visitor, turn = able[number % len(able)], number // len(able)
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {visitor['token']}"}
    if turn % 4 == 3:
        return
    if found := "{" in address and below(visitor, address):
        case.path_parameters = {**(case.path_parameters or {}), **found[turn % len(found)]}
    if given := visitor["given"].get(label):
        if method == "GET":
            case.query = {**(case.query or {}), **given[turn % len(given)]}
        elif isinstance(case.body, dict):
            case.body = {**case.body, **given[turn % len(given)]}


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    with Path(os.environ["API_ANSWERED"]).open("a") as told:
        told.write(f"{response.status_code} {case.operation.label}\n")
