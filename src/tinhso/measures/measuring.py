"""From the database to a measured value: gather, seal, count, hash. Writes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.dates import stamp
from tinhso.foundation.errors import Invalid
from tinhso.measures.contract import Indicator, ScopeAt, Value, indicators
from tinhso.measures.private import Sealed, seal
from tinhso.proof import merkle


@dataclass(frozen=True)
class Measured:
    """A result with all it rests on. `lines` are the canonical bytes of the rows, in key order."""

    indicator: Indicator
    at: ScopeAt
    value: Value
    lines: list[bytes]
    inputs: bytes
    private: list[Sealed]

    @cached_property
    def record(self) -> dict[str, Any]:
        """What the log holds of it; every field but `known_at` tells one result from another."""
        return {
            "indicator": self.indicator.id,
            "version": self.indicator.version,
            "rule": self.indicator.rule_hash(),
            "scope": self.at.code,
            "as_of": self.at.as_of.isoformat(),
            "known_at": stamp(self.at.known_at),
            "kind": self.value.kind,
            "unit": self.indicator.unit,
            "numerator": self.value.numerator,
            "denominator": self.value.denominator,
            "rows": len(self.lines),
            "rows_root": merkle.root_of([merkle.leaf_hash(line) for line in self.lines]).hex(),
            "inputs_sha256": hashlib.sha256(self.inputs).hexdigest(),
        }


def known_indicator(indicator_id: str) -> Indicator:
    """The registered indicator; Invalid names the ones there are."""
    if indicator_id not in indicators:
        raise Invalid(
            _("Không có chỉ số “%(id)s”.") % {"id": indicator_id},
            place="indicator",
            mend=_("Chọn một trong: %(ids)s.") % {"ids": ", ".join(item.id for item in indicators)},
        )
    return indicators[indicator_id]


def checked_rows(indicator: Indicator, rows: list[dict[str, Any]]) -> list[bytes]:
    """Canonical bytes of the rows; Invalid names the row that breaks the contract."""
    lines, before = [], None
    for row in rows:
        key = row.get("key")
        place = f"{indicator.id}:{key}"
        if not isinstance(key, str) or not key:
            raise Invalid(_("Một hàng không có khóa."), place=place)
        if key == before:
            raise Invalid(_("Hai hàng có cùng khóa."), place=place)
        if "private" in row:
            raise Invalid(
                _("Hàng mang phần riêng tư."),
                place=place,
                mend=_("Đặt “private” trong đầu vào; hàng chép private_hash."),
            )
        for name in ("numerator", "denominator"):
            if type(row.get(name)) is not int or (name == "denominator" and row[name] < 0):
                raise Invalid(_("%(name)s phải là số nguyên.") % {"name": name}, place=place)
        before = key
        try:
            lines.append(canonical.dumps(row))
        except (TypeError, ValueError) as fault:
            raise Invalid(_("Hàng không có dạng chuẩn: %(why)s") % {"why": fault}, place=place) from fault
    return lines


def take(indicator: Indicator, at: ScopeAt) -> Measured:
    """Measure without writing. The rule sees the sealed inputs only, so that what is published suffices to recount."""
    sealed, private = seal(indicator.gather(at))
    try:
        inputs = canonical.dumps(sealed)
    except (TypeError, ValueError) as fault:
        raise Invalid(_("Đầu vào không có dạng chuẩn: %(why)s") % {"why": fault}, place=indicator.id) from fault
    rows = indicator.count(sealed)
    lines = checked_rows(indicator, rows)
    return Measured(indicator, at, Value.of(indicator.kind, rows), lines, inputs, private)
