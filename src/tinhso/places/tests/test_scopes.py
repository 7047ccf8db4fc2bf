from datetime import date

import pytest
from django.utils import timezone

from tinhso.foundation.errors import Problem
from tinhso.places.queries import parts_of, populations
from tinhso.places.scopes import SIGNING_PROVINCE, governing_province, scope_title, units_in
from tinhso.places.tests.recipes import DAY_2021, DAY_2024, DAY_2025, nam_dinh

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize(
    ("day", "communes", "districts", "province"),
    [
        (DAY_2021, 226, 10, "36"),
        (date(2024, 8, 31), 226, 10, "36"),
        (date(2024, 9, 1), 175, 9, "36"),
        (DAY_2024, 175, 9, "36"),
        (date(2025, 6, 30), 175, 9, "36"),
        (date(2025, 7, 1), 57, 0, "37"),
        (DAY_2025, 57, 0, "37"),
    ],
)
def test_the_signing_province_is_followed_through_its_three_generations(day, communes, districts, province):
    nam_dinh()
    assert len(units_in(SIGNING_PROVINCE, day)) == communes
    assert len(units_in(SIGNING_PROVINCE, day, level=2)) == districts
    assert governing_province(SIGNING_PROVINCE, day).code == province


def test_every_later_unit_is_made_of_first_generation_units_and_no_part_is_lost():
    nam_dinh()
    first = {unit.uid for unit in units_in(SIGNING_PROVINCE, DAY_2021)}
    people = sum(found.persons for found in populations(first).values())
    for day in (DAY_2024, DAY_2025):
        uids = [unit.uid for unit in units_in(SIGNING_PROVINCE, day)]
        parts = [part for found in parts_of(uids).values() for part in found]
        assert sorted(part.uid for part in parts) == sorted(first)
        assert all(part.resolved for part in parts)
        assert sum(found.persons for found in populations(uids).values()) == people


def test_before_anything_was_recorded_the_scope_is_empty():
    known_at = timezone.now()
    nam_dinh()
    assert units_in(SIGNING_PROVINCE, DAY_2021, known_at=known_at) == []
    assert len(units_in(SIGNING_PROVINCE, DAY_2021, known_at=timezone.now())) == 226


def test_units_are_listed_by_the_vietnamese_alphabet_without_their_type():
    nam_dinh()
    names = [unit.name for unit in units_in("unit:356", DAY_2021)]
    assert names[:4] == ["Phường Bà Triệu", "Phường Cửa Bắc", "Phường Cửa Nam", "Phường Hạ Long"]


def test_a_scope_that_does_not_exist_is_refused_and_one_with_nothing_loaded_is_empty():
    nam_dinh()
    assert units_in("unit:01", DAY_2021) == []
    for ask in (lambda: units_in("nowhere", DAY_2021), lambda: scope_title("nowhere"), lambda: scope_title("unit:01")):
        with pytest.raises(Problem):
            ask()
