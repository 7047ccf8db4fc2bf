"""Prepared networks of tests are kept where nothing else looks."""

import pytest


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"
