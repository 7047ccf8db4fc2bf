"""The demonstration's territory: the units shipped with the program."""

from collections.abc import Callable
from datetime import date

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from tinhso.foundation.demo import demo_step
from tinhso.places.commands import load_shipped, set_signing_province, shipped_provinces
from tinhso.places.models import PROVINCE, Unit
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.proof.audit import SYSTEM


@demo_step("places", order=10, essential=True)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """Load the shipped units of a province; for others, say what to import first."""
    if province_code in shipped_provinces():
        load_shipped(actor=SYSTEM, province=province_code, say=say)
    elif Unit.objects.as_of(as_of).filter(code=province_code, level=PROVINCE).exists():
        set_signing_province(actor=SYSTEM, province=province_code)
    else:
        raise CommandError(_missing(province_code, as_of))
    told = {"number": len(units_in(SIGNING_PROVINCE, as_of)), "day": as_of.strftime("%d/%m/%Y")}
    say(_("%(number)d đơn vị cấp xã vào ngày %(day)s") % told)


def _missing(province: str, day: date) -> str:
    loaded = Unit.objects.known_at().filter(code=province, level=PROVINCE).order_by("valid_from").first()
    if loaded is not None:
        return _("Đơn vị của tỉnh mã %(code)s chỉ có từ ngày %(day)s: chọn --as-of từ ngày đó.") % {
            "code": province,
            "day": loaded.valid_from,
        }
    return _(
        "Chưa có đơn vị hành chính nào của tỉnh mã %(code)s. Tải dữ liệu: pip download --no-deps vietnamadminunits; "
        "rồi nhập: tinhso import_units vietnamadminunits-*.whl --vietnam --province %(code)s"
    ) % {"code": province}
