"""The hash tree of RFC 6962 §2.1 (SHA-256), pure: hashes, roots, proofs and their verification.

A complete subtree is named (level, index): it covers leaves [index·2**level, (index+1)·2**level). Proofs are first
planned as leaf ranges, so that a caller can fetch every hash they need at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

Place = tuple[int, int]
Span = tuple[int, int]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash of neighbouring complete subtrees of falling size, joined from the right."""
    if not hashes:
        return EMPTY_ROOT
    joined = hashes[-1]
    for left in reversed(hashes[:-1]):
        joined = node_hash(left, joined)
    return joined


def cover(start: int, end: int) -> list[Place]:
    """The complete subtrees of falling size that make up leaves [start, end), as the tree divides them."""
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append((level, start >> level))
        start += 1 << level
    return places


@dataclass
class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf hash; yields (level, index, hash) of every subtree it completes, itself not included."""
        level, index, edge = 0, self.size, leaf
        while index & 1:
            edge = node_hash(self.hashes.pop(), edge)
            level, index = level + 1, index >> 1
            yield level, index, edge
        self.hashes.append(edge)
        self.size += 1

    def root(self) -> bytes:
        return fold(self.hashes)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        for _completed in frontier.append(leaf):
            pass
    return frontier.root()


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Leaf ranges whose hashes prove that leaf `index` is in the tree of `size`, from the leaf upwards.

    ValueError when the leaf is not in the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Leaf ranges whose hashes prove that the tree of `old` is a prefix of the tree of `new`.

    ValueError unless 0 ≤ old ≤ new. Empty for old = 0 and old = new, where nothing needs proof.
    """
    if not 0 <= old <= new:
        raise ValueError(f"no tree of {old} within a tree of {new}")
    if old in (0, new):
        return []
    spans, start, end, whole = [], 0, new, True
    while end - start > 1 and old != end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, whole = middle, False
    if not whole:
        spans.append((start, end))
    return spans[::-1]


def hashes_of(spans: Sequence[Span], read: Callable[[int, int], bytes]) -> list[bytes]:
    """The hash of each leaf range, from hashes of complete subtrees `read(level, index)`."""
    return [fold([read(level, index) for level, index in cover(*span)]) for span in spans]


def inclusion_holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path proves a leaf hash at `index` under a root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, edge = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            edge = node_hash(sibling, edge)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            edge = node_hash(edge, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and edge == root


def consistency_holds(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path proves that the tree of `old` is a prefix of the tree of `new` (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    proof = list(path)
    if old & (old - 1) == 0:
        proof.insert(0, old_root)
    if not proof:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    older = newer = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root
