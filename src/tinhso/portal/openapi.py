"""The API's own document, read for people."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from django.http import HttpRequest
from django.urls import resolve, reverse

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One operation; `open` needs no account."""

    method: str
    path: str
    summary: str
    about: str
    parameters: tuple[tuple[str, str, bool], ...]
    open: bool


def document(request: HttpRequest) -> dict:
    """The OpenAPI document as the API itself answers it."""
    match = resolve(reverse("api:openapi-json"))
    return orjson.loads(match.func(request, *match.args, **match.kwargs).content)


def groups(request: HttpRequest) -> dict[str, list[Operation]]:
    """Operations by tag, in the document's order."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document(request)["paths"].items():
        for method in METHODS:
            if operation := methods.get(method):
                parameters = tuple(
                    (item["name"], item["in"], bool(item.get("required"))) for item in operation.get("parameters", ())
                )
                tag = (operation.get("tags") or ["—"])[0]
                found.setdefault(tag, []).append(
                    Operation(
                        method.upper(),
                        path,
                        operation.get("summary", ""),
                        operation.get("description", ""),
                        parameters,
                        not operation.get("security"),
                    )
                )
    return found
