"""The hash tree over rows: RFC 6962, section 2.1, with SHA-256."""

import hashlib
from collections.abc import Iterable, Sequence


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def leaf_hashes(rows: Iterable[bytes]) -> list[bytes]:
    return [leaf_hash(row) for row in rows]


def root(leaves: Sequence[bytes]) -> bytes:
    """The tree hash over leaf hashes; of no leaves, SHA-256 of nothing.

    Pairing neighbours level by level and carrying a lone last node up gives the same tree as splitting at the largest
    power of two.
    """
    level = list(leaves)
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        paired = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]
