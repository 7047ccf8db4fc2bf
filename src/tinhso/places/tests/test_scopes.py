from datetime import date

import pytest

from tinhso.places.models import Unit
from tinhso.places.scopes import units_in

pytestmark = pytest.mark.django_db


def test_a_unit_scope_holds_what_lies_below_it_on_the_day():
    year = {"valid_from": date(2020, 1, 1), "source": "test"}
    Unit.of(code="36", name="Tỉnh Nam Định", level=1, type="tinh", **year).save()
    Unit.of(code="356", name="Thành phố Nam Định", level=2, type="thanh_pho", parent_uid="36@2020-01-01", **year).save()
    for code, name in [("13633", "Phường Hạ Long"), ("13636", "Xã Đại An"), ("13639", "Phường Ba Đình")]:
        Unit.of(code=code, name=name, level=3, type="phuong", parent_uid="356@2020-01-01", **year).save()
    assert [unit.code for unit in units_in("unit:36", date(2021, 1, 1))] == ["13639", "13636", "13633"]
    assert [unit.code for unit in units_in("unit:36", date(2021, 1, 1), level=2)] == ["356"]
    assert units_in("unit:36", date(2019, 1, 1)) == []
