import pytest
from django.utils.translation import override

from tinhso.foundation.text import Text
from tinhso.measures.contract import indicator, indicators
from tinhso.measures.tests import parity
from tinhso.measures.tests.recipes import parity_indicator
from tinhso.measures.wording import facts_in_words

FACTS = {
    "parts_on": Text("{parts_on}/{parts} phần", "{parts_on} of {parts} parts"),
    "missing": Text("thiếu {missing}", "lacks {missing}"),
    "latest": Text("Đo cho ngày", "Measured for"),
    "inner": Text("", ""),
}
VALUES = {
    "state": {"on": Text("Có cáp", "On fibre")},
    "missing": {"route": Text("tuyến", "route"), "phase": Text("đợt", "phase")},
}
ROWS = [
    ({"parts": 9, "parts_on": 9}, ["9/9 phần"], ["9 of 9 parts"]),
    ({"parts": 1200, "parts_on": 1100}, ["1.100/1.200 phần"], ["1,100 of 1,200 parts"]),
    ({"parts_on": 9}, ["parts_on: 9"], ["parts_on: 9"]),
    ({"missing": "route phase"}, ["thiếu tuyến, đợt"], ["lacks route, phase"]),
    ({"missing": ["route", "other"]}, ["thiếu tuyến, other"], ["lacks route, other"]),
    ({"missing": ""}, [], []),
    ({"latest": "2021-12-31"}, ["Đo cho ngày: 31/12/2021"], ["Measured for: 31/12/2021"]),
    ({"state": "on", "inner": 3}, [], []),
    ({"state": "lit", "zeta": 1, "build_year": 2009}, ["build_year: 2009", "state: lit", "zeta: 1"], None),
]


@pytest.mark.parametrize(("row", "vi", "en"), ROWS)
def test_facts_read_like_words_and_unlabelled_ones_keep_their_name(row, vi, en):
    declared = parity_indicator([], facts=FACTS, values=VALUES)
    counted = {"key": "a", "unit": "1", "numerator": 1, "denominator": 1, **row}
    with override("vi"):
        assert facts_in_words(counted, declared) == vi
    with override("en"):
        assert facts_in_words(counted, declared) == (vi if en is None else en)


def test_facts_of_a_withdrawn_indicator_keep_their_names():
    assert facts_in_words({"key": "a", "numerator": 1, "denominator": 1, "parts": 2}, None) == ["parts: 2"]


@pytest.mark.parametrize("item", list(indicators), ids=lambda item: item.id)
def test_every_indicator_says_briefly_what_it_counts(item):
    for text in (item.brief.vi, item.brief.en):
        assert 20 < len(text) < 260 and text.endswith(".") and ":" not in text


def test_an_unknown_index_row_is_refused():
    wanted = {"id": "tests.x", "version": 1, "kind": "ratio", "unit": "share", "rule": parity, "dti": ("9.99",)}
    with pytest.raises(Exception, match=r"no DTI row 9\.99"):
        indicator(**wanted, title=Text("a", "a"), words=Text("a", "a"))(lambda at: {})
    assert "tests.x" not in indicators
