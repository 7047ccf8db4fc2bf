"""Registration by declaring: an app declares, autodiscovery finds, a duplicate raises."""

from collections.abc import Iterator
from threading import RLock
from typing import Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import autodiscover_modules

T = TypeVar("T")


class Registry(Generic[T]):
    """Things of one kind by their id; `room` is the module of each app that declares them."""

    def __init__(self, kind: str, room: str) -> None:
        self.kind, self.room = kind, room
        self._items: dict[str, T] = {}
        self._discovered = self._discovering = False
        self._lock = RLock()

    def add(self, key: str, item: T) -> T:
        if key in self._items:
            raise ImproperlyConfigured(f"{self.kind} {key!r} is declared twice")
        self._items[key] = item
        return item

    def _discover(self) -> None:
        if self._discovered:
            return
        # Other threads wait for the whole; a module that asks while it is itself discovered sees what there is.
        with self._lock:
            if self._discovered or self._discovering:
                return
            self._discovering = True
            try:
                autodiscover_modules(self.room)
            finally:
                self._discovering = False
            self._discovered = True

    def __iter__(self) -> Iterator[T]:
        self._discover()
        return iter([self._items[key] for key in sorted(self._items)])

    def __getitem__(self, key: str) -> T:
        self._discover()
        return self._items[key]

    def __contains__(self, key: str) -> bool:
        self._discover()
        return key in self._items

    def get(self, key: str) -> T | None:
        """The item, or None where nothing is declared under this key."""
        return self[key] if key in self else None  # noqa: SIM401 (this is get)
