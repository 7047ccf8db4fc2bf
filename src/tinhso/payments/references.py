"""Payment references: what a payer's bank carries back, so that money finds its request.

"TS" and ten characters of Crockford's base 32 (no I, L, O, U), the last a Luhn check character (mod 32), which catches
any one wrong character. Banks put words before and behind, drop blanks and change case.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "TS"
LENGTH = 12
_SHAPE = re.compile(rf"(?=({PREFIX}[{ALPHABET}]{{10}}))")


def _check(body: str) -> str:
    total = 0
    for place, char in enumerate(reversed(body)):
        doubled = ALPHABET.index(char) * (1 + (place + 1) % 2)
        total += doubled // 32 + doubled % 32
    return ALPHABET[-total % 32]


def fresh() -> str:
    """A new reference: 45 random bits and the check character."""
    body = "".join(secrets.choice(ALPHABET) for _n in range(9))
    return f"{PREFIX}{body}{_check(body)}"


def valid(reference: str) -> bool:
    """Whether it has the shape and its check character fits."""
    return len(reference) == LENGTH and _SHAPE.match(reference) is not None and _check(reference[2:-1]) == reference[-1]


def found_in(text: str) -> list[str]:
    """Every reference a bank's text holds, each once, in order."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper())
    return list(dict.fromkeys(match[1] for match in _SHAPE.finditer(bare) if valid(match[1])))
