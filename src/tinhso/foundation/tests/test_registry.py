"""Registries are whole for whoever asks, however many ask at once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from tinhso.foundation import registry


@pytest.fixture
def things(monkeypatch) -> registry.Registry[int]:
    made: registry.Registry[int] = registry.Registry("thing", "things")

    def discover(room: str) -> None:
        made.add("a", 1)
        assert list(made) == [1], "one that asks while it is discovered sees what there is"
        time.sleep(0.1)
        made.add("b", 2)

    monkeypatch.setattr(registry, "autodiscover_modules", discover)
    return made


def test_nobody_sees_half_a_registry(things):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _turn: list(things), range(4))) == [[1, 2]] * 4


def test_a_second_declaration_is_refused(things):
    assert "b" in things and things.get("c") is None
    with pytest.raises(ImproperlyConfigured, match="'a' is declared twice"):
        things.add("a", 3)
