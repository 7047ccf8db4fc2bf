"""Prepared networks of tests are kept where nothing else looks; people by role."""

import pytest

from tinhso.identity.tests.recipes import signed_in, someone


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


@pytest.fixture
def engineer_user(db):
    return someone("engineer")


@pytest.fixture
def engineer(engineer_user):
    return signed_in(engineer_user)
