"""The API: one document at /api/openapi.json, one router per app, closed unless an operation opens itself."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import orjson
from django.apps import apps
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import django_auth

from tinhso.foundation.errors import PROBLEM_SCHEMA, problems, register_problem_handlers
from tinhso.identity.auth import token_auth
from tinhso.infrastructure.coverage.api_overview import router as coverage_overview


class OrjsonParser(Parser):
    def parse_body(self, request: HttpRequest) -> dict:
        return orjson.loads(request.body)


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: object, *, response_status: int) -> bytes:
        return orjson.dumps(data)


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Programs hold on to these names: `api.py` of a floor is named as `api_<floor>.py` of its app would be."""
        view = operation.view_func
        place, _, module = view.__module__.rpartition(".")
        if not apps.is_installed(place):
            place, _, floor = place.rpartition(".")
            module = f"{module}_{floor}"
        return f"{place}_{module}_{view.__name__}".replace(".", "_")

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """An operation names the refusals of its own; those that follow from its shape are named here."""
        document = super().get_openapi_schema(**options)
        document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        for operation in (one for methods in document["paths"].values() for one in methods.values()):
            common = [400, 422] if "requestBody" in operation else [422] if operation["parameters"] else []
            if signed_in_by := operation.get("security"):
                # Tokens and signatures are counted, sessions are not.
                common += [401] if signed_in_by == [{"SessionAuth": []}] else [401, 429]
            operation["responses"] = problems(*common)["responses"] | operation["responses"]
        return document


api = Api(
    title="Tỉnh Số",
    version="1",
    auth=[token_auth, django_auth],
    parser=OrjsonParser(),
    renderer=OrjsonRenderer(),
    openapi_extra={"info": {"license": {"name": "EUPL-1.2"}}},
    urls_namespace="api",
    docs_url=None,
)
register_problem_handlers(api)
for app in reversed(list(apps.get_app_configs())):
    if app.name.startswith("tinhso.") and app.label != "config" and find_spec(f"{app.name}.api"):
        api.add_router(f"/{app.label}", import_module(f"{app.name}.api").router)
# Programs read coverage at this address since before it had an app of its own.
api.add_router("/infrastructure", coverage_overview)
