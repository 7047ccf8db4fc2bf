from datetime import date

import pytest

from tinhso.places.lineage import heirs, lineage, times_of
from tinhso.places.queries import parts_of, populations
from tinhso.places.tests.recipes import DAY_2021, DAY_2024, DAY_2025, MERGED, import_csv, nam_dinh

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("uid", "day", "expected"),
    [
        ("13633@2020-02-01", DAY_2021, ["13633@2020-02-01"]),
        ("13633@2020-02-01", DAY_2024, ["13681@2024-09-01"]),
        ("13633@2020-02-01", DAY_2025, ["13669@2025-07-01"]),
        ("14239@2020-02-01", DAY_2025, ["14248@2025-07-01"]),
        ("358@2020-02-01", DAY_2024, ["356@2020-02-01"]),
        ("36@2020-02-01", DAY_2025, ["37@2025-07-01"]),
        ("13633@2020-02-01", date(2019, 1, 1), []),
    ],
)
def test_a_former_unit_leads_to_those_it_lives_on_in(uid, day, expected):
    nam_dinh()
    assert [unit.uid for unit in heirs([uid], day)[uid]] == expected


def test_a_code_lives_on_under_another_name():
    nam_dinh()
    assert [unit.name for unit in times_of("13636")] == ["Phường Trần Tế Xương", "Phường Vị Xuyên"]
    came_from = lineage("13636@2024-09-01").before
    assert [(pair.unit.name, pair.link.basis) for pair in came_from] == [
        ("Phường Trần Tế Xương", "same-code"),
        ("Phường Vị Hoàng", "former-names"),
        ("Phường Vị Xuyên", "same-name"),
    ]


def test_a_district_that_takes_another_in_stays_one_of_its_own_parts():
    nam_dinh()
    assert [part.code for part in parts_of(["356@2020-02-01"])["356@2020-02-01"]] == ["356", "358"]


@pytest.mark.parametrize(
    ("uid", "parts", "persons"),
    [
        ("00004@2024-01-01", [("00001", True)], 100),
        ("00005@2024-01-01", [("00002", False)], None),
        ("00006@2024-01-01", [("00003", False)], None),
        ("00007@2024-01-01", [("00003", False)], None),
    ],
)
def test_unsure_and_divided_parts_are_no_data(tmp_path, uid, parts, persons):
    import_csv(tmp_path, MERGED)
    assert [(part.code, part.resolved) for part in parts_of([uid])[uid]] == parts
    found = populations([uid]).get(uid)
    assert (found.persons if found else None) == persons


def test_a_divided_unit_has_several_heirs(tmp_path):
    import_csv(tmp_path, MERGED)
    uid = "00003@2020-01-01"
    assert [unit.name for unit in heirs([uid], DAY_2024)[uid]] == ["Xã Chia", "Xã Sẻ"]


def test_links_that_run_in_a_circle_end():
    """The tables cannot forbid a circle; reading one must still end."""
    from tinhso.places.models import UnitLink

    for one, other in (("a@", "b@"), ("b@", "a@")):
        UnitLink.objects.create(predecessor_uid=one, successor_uid=other, basis="declared", resolved=True, source="")
    assert heirs(["a@"], DAY_2021) == {"a@": []}
    assert parts_of(["a@"]) == {"a@": []}
