"""Every API operation against its own OpenAPI document, with inputs nobody here chose (schemathesis)."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

pytestmark = pytest.mark.api
EXAMPLES = int(os.environ.get("API_EXAMPLES", "12"))


@pytest.fixture(scope="session")
def api_schema(served_province: str):
    return schemathesis.openapi.from_url(f"{served_province}/api/openapi.json")


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_operation_keeps_its_contract(case):
    response = case.call()
    case.validate_response(response, checks=(not_a_server_error, content_type_conformance, response_schema_conformance))
