from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.errors import Invalid
from tinhso.programme.values import parse_value
from tinhso.programme.words import difference_text, value_text


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("100%", (100, 100)),
        ("99,5%", (995, 1000)),
        ("99.5 %", (995, 1000)),
        ("226/226", (226, 226)),
        ("12", (12, 1)),
        ("0", (0, 1)),
    ],
)
def test_values_are_read_exactly(text, pair):
    assert parse_value(text) == pair


@pytest.mark.parametrize("text", ["", "5/0", "abc", "-1", "1e3", "1/2/3", "9" * 17, "5%%", "\0", "１００%"])
def test_what_is_not_a_value_is_refused_with_a_way_to_mend_it(text):
    with pytest.raises(Invalid) as refused:
        parse_value(text, "target")
    assert refused.value.place == "target" and refused.value.mend


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_fractions_stay_as_typed(numerator, denominator):
    assert parse_value(f"{numerator}/{denominator}") == (numerator, denominator)


def test_shares_are_never_rounded_up():
    assert value_text(Fraction(225, 226)) == "99,5%"
    assert value_text(Fraction(999_999, 1_000_000)) == "99,9%"
    assert value_text(None) == "—"
    assert difference_text(Fraction(1, 226) * -1) == "−0,4 điểm phần trăm"
