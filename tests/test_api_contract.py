"""Every API operation against its own OpenAPI document, with inputs nobody here chose (schemathesis)."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from tinhso.config.wsgi import application

pytestmark = [pytest.mark.api, pytest.mark.django_db]


@pytest.fixture
def api_schema():
    return schemathesis.openapi.from_wsgi("/api/openapi.json", application)


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_operation_keeps_its_contract(case, province):
    response = case.call()
    case.validate_response(response, checks=(not_a_server_error, content_type_conformance, response_schema_conformance))
