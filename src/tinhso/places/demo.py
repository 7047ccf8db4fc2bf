"""The demonstration's territory: the units shipped with the program."""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation.demo import demo_step
from tinhso.foundation.errors import Problem
from tinhso.places.commands import load_shipped, shipped_provinces
from tinhso.places.models import PROVINCE, Unit
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.proof.audit import SYSTEM


@demo_step("places", order=10)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """Load the shipped units of a province; for others, say what to import first."""
    if province_code in shipped_provinces():
        load_shipped(actor=SYSTEM, province=province_code, say=say)
        say(
            _("%(number)d đơn vị cấp xã vào ngày %(day)s")
            % {"number": len(units_in(SIGNING_PROVINCE, as_of)), "day": as_of.strftime("%d/%m/%Y")}
        )
    elif not Unit.objects.as_of(as_of).filter(code=province_code, level=PROVINCE).exists():
        raise Problem(
            _("Chưa có đơn vị hành chính nào của tỉnh mã %(code)s.") % {"code": province_code},
            place="--province",
            mend=_(
                "Tải dữ liệu: pip download --no-deps vietnamadminunits; rồi chạy: "
                "tinhso import_units vietnamadminunits-*.whl --vietnam --province %(code)s"
            )
            % {"code": province_code},
        )
