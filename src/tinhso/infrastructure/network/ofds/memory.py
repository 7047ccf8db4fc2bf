"""How much memory reading a JSON text takes at most, told before any of it is taken."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

# Bytes CPython takes for an object with a key, a list, one more key, and a value that is a decimal number with its
# place in a list: the dearest each sign can stand for. A test holds them against what is really taken.
DEAREST = {b"{": 200, b"[": 90, b":": 16, b",": 120}


def at_most(raw: bytes) -> int:
    """Bytes taken while a JSON text is read, itself among them: never less than the truth, since each sign is counted
    as the dearest thing it can begin, inside strings too."""
    # One byte a letter while all is ASCII, two once anything lies beyond, four with anything beyond the basic plane.
    width = 1 if raw.isascii() else 4 if any(bytes([lead]) in raw for lead in range(0xF0, 0xF5)) else 2
    return len(raw) * (1 + 2 * width) + sum(raw.count(sign) * cost for sign, cost in DEAREST.items())


def refuse_memory(raw: bytes) -> None:
    """Refuse a JSON text whose reading may take more memory than setting OFDS_MEMORY_MB (megabytes)."""
    needed, limit = at_most(raw), int(settings.OFDS_MEMORY_MB) * 10**6
    if needed > limit:
        raise Invalid(
            _("Đọc tệp này có thể cần tới %(needed)d MB bộ nhớ, quá giới hạn %(limit)d MB.")
            % {"needed": -(-needed // 10**6), "limit": limit // 10**6},
            mend=_("Tách tệp theo từng mạng, hoặc tăng TINHSO_OFDS_MEMORY_MB."),
            code="too-large",
        )
