"""The committed static files are what `npm run build` makes of their sources."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"


@pytest.mark.skipif(
    not (WEB / "node_modules").exists() or not shutil.which("node"),
    reason="needs Node and `npm ci` in web/: the built files are committed so that nothing else does",
)
def test_build_is_reproduced_byte_for_byte(tmp_path: Path):
    subprocess.run(
        ["node", "build.mjs"], cwd=WEB, check=True, timeout=120, env={**os.environ, "TINHSO_ROOT": str(tmp_path)}
    )
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(made) >= 12
    differing = [
        str(path.relative_to(tmp_path))
        for path in made
        if path.read_bytes() != (ROOT / path.relative_to(tmp_path)).read_bytes()
    ]
    assert differing == [], "run `npm run build` in web/ and commit what it makes"


def test_lock_names_no_registry():
    assert '"resolved"' not in (WEB / "package-lock.json").read_text()
