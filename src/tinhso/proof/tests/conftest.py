"""Every test of the log has its own keys and locks."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_var(settings, tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.delenv("TINHSO_LOG_KEY", raising=False)
    monkeypatch.delenv("TINHSO_PUBLISH_DIR", raising=False)
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()
    return settings.VAR
