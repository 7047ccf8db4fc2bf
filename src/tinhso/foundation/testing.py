"""Test kit (a pytest plugin): tables that only grow can still be emptied between transactional tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def forget_the_language() -> Iterator[None]:
    """A request leaves its language active; the next test begins in Vietnamese again."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def flush_append_only_tables() -> Iterator[None]:
    """Take the triggers away while Django empties the tables after a transactional test, and put them back."""
    from django.test import TransactionTestCase

    from tinhso.foundation.append_only import install, remove

    # TestCase rolls back instead and overrides this method: only real flushes pass here.
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def unguarded(case: Any) -> None:
        databases = case._databases_names(include_mirrors=False)
        for alias in databases:
            remove(alias)
        try:
            flush(case)
        finally:
            for alias in databases:
                install(alias)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", unguarded)
    yield
    patch.undo()
