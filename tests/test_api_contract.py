"""Every API operation against its own OpenAPI document, with inputs nobody here chose (schemathesis)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import finish, tinhso

pytestmark = pytest.mark.api
CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance"
# Seconds for each visitor; the whole stays below three minutes.
SECONDS = os.environ.get("API_SECONDS", "55")
TOKEN = """
from tinhso.identity.commands.sign_in import create_token
from tinhso.identity.models import User
user = User.objects.get(username="{user}")
roles = sorted(user.role_codes())
print("token:" + create_token(actor=user.actor(), user=user, name="contract", roles=roles, days=1)[1])
"""


def token_of(var: Path, user: str) -> str:
    told = tinhso(var, "tinhso", "shell", "-v0", "-c", TOKEN.format(user=user), stdout=subprocess.PIPE, text=True)
    out, _ = told.communicate(timeout=60)
    return out.split("token:")[1].split()[0]


@pytest.mark.parametrize("visitor", ["nobody", "kysu"])
def test_every_operation_keeps_its_contract(served_province, served_folder, visitor):
    who = [] if visitor == "nobody" else ["-H", f"Authorization: Bearer {token_of(served_folder, visitor)}"]
    run = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{served_province}/api/openapi.json", *who]
    run += ["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--no-color"]
    run += ["--max-time", SECONDS, "--generation-deterministic", "--no-shrink", "--suppress-health-check", "all"]
    finish(subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))


def test_no_two_schemas_share_a_name(served_province):
    """ninja merges schemas by class name: two of one name would describe each other's answers."""
    import ast

    source = Path(__file__).resolve().parent.parent / "src" / "tinhso"
    named = [
        node.name
        for path in source.rglob("*.py")
        if "tests" not in path.parts
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
        and (node.name.endswith(("In", "Out")) or any(getattr(base, "id", "") == "Schema" for base in node.bases))
    ]
    assert sorted(named) == sorted(set(named))
