"""What may identify a person never enters a bundle: it is sealed by a salted hash, and small counts are withheld."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from tinhso.foundation import canonical

SMALLEST_COUNT = 5


@dataclass(frozen=True)
class Sealed:
    """A private part taken out of the inputs; `private_hash` stands in its place."""

    private_hash: str
    salt: str
    values: str


def suppressed(count: int, smallest: int = SMALLEST_COUNT) -> int | None:
    """A count of people as it may be published: None where it is 1 to `smallest` - 1."""
    return None if 0 < count < smallest else count


def private_hash(salt: str, values: bytes) -> str:
    """SHA-256(salt ‖ canonical values) in hex; the salt is 16 random bytes, given in hex."""
    return hashlib.sha256(bytes.fromhex(salt) + values).hexdigest()


def seal(value: Any) -> tuple[Any, list[Sealed]]:
    """The value with each object's `private` replaced by its `private_hash`, and the parts taken out."""
    parts: list[Sealed] = []

    def walk(item: Any) -> Any:
        if isinstance(item, dict):
            kept = {key: walk(part) for key, part in item.items() if key != "private"}
            if "private" in item:
                salt, values = secrets.token_hex(16), canonical.dumps(item["private"])
                part = Sealed(private_hash(salt, values), salt, values.decode())
                parts.append(part)
                kept["private_hash"] = part.private_hash
            return kept
        return [walk(part) for part in item] if isinstance(item, list | tuple) else item

    return walk(value), parts
