"""Every API operation against its own OpenAPI document, with inputs nobody here chose (schemathesis)."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, finish, tinhso

pytestmark = pytest.mark.api
CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance"
# Seconds for each visitor; the whole stays below three minutes.
SECONDS = os.environ.get("API_SECONDS", "55")


def known_to(var: Path, folder: Path) -> dict[str, str]:
    """Environment of the hooks by which people of the province ask for what is there; prepares the province first."""
    script = "from tests.api_known import main; main()"
    told = tinhso(var, "tinhso", "shell", "-v0", "-c", script, stdout=subprocess.PIPE, text=True)
    out, _ = told.communicate(timeout=120)
    (folder / "known.json").write_text(out.split("known:")[1])
    return {
        "SCHEMATHESIS_HOOKS": "tests.api_hooks",
        "API_KNOWN": str(folder / "known.json"),
        "API_ANSWERED": str(folder / "answered"),
    }


@pytest.mark.parametrize("visitor", ["nobody", "people"])
def test_every_operation_keeps_its_contract(served_province, served_folder, tmp_path, visitor):
    hooks = {} if visitor == "nobody" else known_to(served_folder, tmp_path)
    run = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{served_province}/api/openapi.json"]
    run += ["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "5", "--no-color"]
    run += ["--max-time", SECONDS, "--generation-deterministic", "--no-shrink", "--suppress-health-check", "all"]
    environment = {**os.environ, **hooks, "PYTHONPATH": str(ROOT)}
    out = subprocess.PIPE
    finish(subprocess.Popen(run, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, text=True))
    if hooks:
        answers = [line.split(" ", 1) for line in Path(hooks["API_ANSWERED"]).read_text().splitlines()]
        reads = {asked for _status, asked in answers if asked.startswith("GET /api/services")}
        refused = reads - {asked for status, asked in answers if status == "200"}
        assert len(refused) < len(reads) / 5, refused


def test_no_two_schemas_share_a_name(served_province):
    """ninja merges schemas by class name: two of one name would describe each other's answers."""
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
