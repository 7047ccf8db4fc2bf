import pytest
from django.utils.translation import override

from tinhso.measures import charts
from tinhso.measures.contract import RATIO, TOTAL, Value
from tinhso.measures.formats import shown

CASES = [
    (Value(RATIO, 213, 226), "share", "94,2%", "94.2%", "213/226"),
    (Value(RATIO, 226, 226), "share", "100%", "100%", "226/226"),
    (Value(RATIO, 225999, 226000), "share", "99,9%", "99.9%", "225.999/226.000"),
    (Value(RATIO, 0, 0), "share", "chưa có dữ liệu", "no data", ""),
    (Value(TOTAL, 1780333, 1), "person", "1.780.333 người", "1,780,333 people", "1.780.333 người"),
    (Value(TOTAL, 1299, 1), "m", "1,2 km", "1.2 km", "1.299 m"),
    (Value(TOTAL, 999, 1), "m", "999 m", "999 m", "999 m"),
    (Value(TOTAL, 0, 0), "m", "chưa có dữ liệu", "no data", ""),
]


@pytest.mark.parametrize(("value", "unit", "vi", "en", "exact"), CASES)
def test_values_in_both_languages(value, unit, vi, en, exact):
    with override("vi"):
        assert (shown(value, unit).main, shown(value, unit).exact) == (vi, exact)
    with override("en"):
        assert shown(value, unit).main == en


@pytest.mark.parametrize(
    ("row", "state"),
    [((1, 1), "yes"), ((0, 1), "no"), ((0, 0), "unknown"), ((3, 5), "partial"), ((0, 9), "no")],
)
def test_a_row_is_told_in_words(row, state):
    assert charts.row_state({"numerator": row[0], "denominator": row[1]}, RATIO) == state


def test_areas_fit_the_width_and_keep_north_up():
    square = {"type": "Polygon", "coordinates": [[[106, 20], [106.5, 20], [106.5, 20.5], [106, 20]]]}
    areas, height = charts.areas([(square, "yes", "A", "1")])
    assert areas[0].path.startswith("M0.0,") and height > 600
    assert charts.areas([]) == ([], 0)
