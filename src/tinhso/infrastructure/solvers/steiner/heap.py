"""A binary heap of (key, item) in two arrays; stale entries are skipped by whoever pops. Smallest key, then item."""

from __future__ import annotations

from typing import Any

from tinhso.infrastructure.solvers.steiner.kernel import kernel


@kernel
def push(keys: Any, items: Any, size: int, key: int, item: int) -> int:
    """Adds an entry; the new size."""
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if keys[up] < key or (keys[up] == key and items[up] <= item):
            break
        keys[at] = keys[up]
        items[at] = items[up]
        at = up
    keys[at] = key
    items[at] = item
    return size + 1


@kernel
def pop(keys: Any, items: Any, size: int) -> int:
    """Drops the entry at index 0, which the caller has read; the new size."""
    size -= 1
    key = keys[size]
    item = items[size]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        right = down + 1
        if right < size and (keys[right] < keys[down] or (keys[right] == keys[down] and items[right] < items[down])):
            down = right
        if key < keys[down] or (key == keys[down] and item <= items[down]):
            break
        keys[at] = keys[down]
        items[at] = items[down]
        at = down
    keys[at] = key
    items[at] = item
    return size
