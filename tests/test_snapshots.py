"""Two contracts kept as files: the OpenAPI document, and who may open every address.

UPDATE_SNAPSHOTS=1 rewrites them; the change is then read in review like any other.
"""

import json
import os
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tinhso.config.api import api

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"


def compare(name: str, text: str) -> None:
    file = REFERENCE / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(text)
    assert file.read_text() == text, f"{name} changed; if meant, run `make snapshot` and commit it"


def page_routes(patterns: list, prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "api":
                found += page_routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            found.append((f"/{route}", getattr(pattern.callback, "access", "refused")))
    return found


def api_routes() -> list[tuple[str, str]]:
    found = []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                open_to = "signed in" if operation.auth_callbacks else "open"
                address = "/".join(part for part in ("/api", prefix.strip("/"), path.lstrip("/")) if part)
                for method in operation.methods:
                    found.append((f"{method} {address}", open_to))
    return found


def test_openapi_document():
    document = api.get_openapi_schema(path_prefix="/api/")
    compare("openapi.json", json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


@pytest.mark.django_db
def test_who_may_open_every_address():
    rows = sorted(page_routes(get_resolver().url_patterns)) + sorted(api_routes())
    table = "".join(f"| `{route}` | {access} |\n" for route, access in rows)
    compare("routes.md", f"# Every address and who may open it\n\n| address | access |\n|---|---|\n{table}")


def test_no_page_forgets_to_say_who_may_open_it():
    assert [route for route, access in page_routes(get_resolver().url_patterns) if access == "refused"] == []
