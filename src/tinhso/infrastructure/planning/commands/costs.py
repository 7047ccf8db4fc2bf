"""Price lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.planning.models import CROSSINGS, METHODS, CostItem, CostModel
from tinhso.infrastructure.planning.models.costs import CROSSING, METHOD, MOST_DONG, NODE, NODES, YEAR
from tinhso.proof.audit import Actor, command, note, nothing_changed

Prices = Mapping[str, Mapping[str, int]]
KNOWN: dict[str, Mapping[str, object]] = {METHOD: METHODS, NODE: NODES, CROSSING: CROSSINGS}
YEARS = range(2000, 2101)


def checked(prices: Prices, usual: str) -> dict[str, dict[str, int]]:
    """Prices that can be recorded; Invalid names the one that cannot."""
    found: dict[str, dict[str, int]] = {}
    for kind, items in prices.items():
        if kind not in (*KNOWN, YEAR):
            raise Invalid(_("Loại giá “%(kind)s” không có.") % {"kind": kind}, place=kind)
        for item, value in items.items():
            place = f"{kind}.{item}"
            known = item in KNOWN[kind] if kind in KNOWN else item.isascii() and item.isdigit() and int(item) in YEARS
            if not known:
                raise Invalid(_("Không có mục giá “%(item)s”.") % {"item": item}, place=place)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DONG:
                raise Invalid(
                    _("Giá %(value)s không hợp lệ.") % {"value": value},
                    place=place,
                    mend=_("Ghi số nguyên đồng từ 0 đến %(most)d.") % {"most": MOST_DONG},
                )
            if kind == YEAR and value == 0:
                raise Invalid(_("Hệ số năm phải lớn hơn 0."), place=place, mend=_("1000 là bằng giá gốc."))
            found.setdefault(kind, {})[item] = value
    if usual not in found.get(METHOD, {}):
        raise Invalid(
            _("Thiếu giá của cách lắp đặt thường dùng “%(method)s”.") % {"method": usual},
            place=f"{METHOD}.{usual}",
            mend=_("Ghi giá mỗi km của cách này, hoặc chọn cách khác."),
        )
    return found


@command("planning.record_costs")
def record_costs(
    *,
    actor: Actor,
    code: str,
    title: str,
    source: str,
    method: str,
    prices: Prices,
    detour_permille: int,
    valid_from: date,
    demonstration: bool = False,
) -> CostModel:
    """Record a price list, or a new version of it; equal prices change nothing. Plans keep the version they used."""
    title, source, code = " ".join(title.split()), " ".join(source.split()), code.strip().lower()
    if not code.replace("-", "").isalnum() or not code.isascii() or len(code) > 40:
        raise Invalid(_("Mã bảng giá chỉ gồm chữ không dấu, số và dấu gạch nối."), place="code")
    if not title or len(title) > 200:
        raise Invalid(_("Cần tên bảng giá, không quá 200 ký tự."), place="title")
    if not source or len(source) > 1000:
        raise Invalid(_("Cần nguồn của giá, không quá 1000 ký tự."), place="source", mend=_("Ghi văn bản, gói thầu…"))
    if method not in METHODS:
        raise Invalid(_("Cách lắp đặt “%(method)s” không có.") % {"method": method}, place="method")
    if not 1000 <= detour_permille <= 5000:
        raise Invalid(_("Hệ số đường vòng phải từ 1,0 đến 5,0."), place="detour_permille")
    wanted = checked(prices, method)
    before = CostModel.objects.select_for_update().known_at().filter(code=code).first()
    facts = {
        "code": code,
        "title": title,
        "source": source,
        "method": method,
        "detour_permille": detour_permille,
        "demonstration": demonstration,
        "valid_from": valid_from,
    }
    same = before and all(getattr(before, key) == value for key, value in facts.items())
    if before and same and {kind: items for kind, items in before.prices().items() if items} == wanted:
        nothing_changed()
        return before
    moment = timezone.now()
    if before:
        CostModel.objects.filter(pk=before.pk).supersede(moment)
    made = CostModel(**facts, made_by=actor.code, made_by_name=actor.name)
    made.recorded_at = moment
    made.save()
    CostItem.objects.bulk_create(
        CostItem(cost_model=made, kind=kind, item=item, value=value)
        for kind, items in wanted.items()
        for item, value in items.items()
    )
    note(
        target=f"costs:{code}",
        before={"prices": before.prices() if before else None},
        after={"prices": wanted, "source": source, "method": method, "valid_from": valid_from.isoformat()},
    )
    return made
