import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.text import ALPHABET, Text, fold, sort_key

VIETNAMESE = st.text(
    alphabet="aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ ĐÂƯỚ",
    max_size=30,
)


def test_the_alphabet_orders_letters_as_a_vietnamese_dictionary_does():
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(letters, key=sort_key) == letters
    assert sorted(ALPHABET, key=sort_key) == list(ALPHABET)


@pytest.mark.parametrize(
    "ordered",
    [
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["Đà Nẵng", "Đồng Nai", "Gia Lai"],
        ["Dương", "Đại An", "Đông A", "Hạ Long"],
        ["Cần Thơ", "Đà Nẵng", "Hà Nội", "Vĩnh Long"],
        ["Hải An", "Hải Anh", "Hải Hà"],
        ["An", "Ăn", "Ân", "Ba"],
        ["Xã 2", "Xã 3"],
        ["Ý Yên", "Yên Bằng", "Yên Bình"],
    ],
)
def test_names_sort_by_letters_before_tones(ordered):
    names = [*ordered]
    names.reverse()
    assert sorted(names, key=sort_key) == ordered


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("hoà", "hòa"),
        ("THUỶ", "thủy"),
        ("Đông A", "dong a"),
        ("đặng", "DANG"),
        ("Hưng  Yên ", "hung yen"),
        (unicodedata.normalize("NFD", "Nghĩa Hưng"), unicodedata.normalize("NFC", "nghĩa hưng")),
    ],
)
def test_search_ignores_case_marks_tone_placement_and_normal_form(typed, stored):
    assert fold(typed) == fold(stored)


@given(VIETNAMESE)
def test_folding_leaves_ascii_and_repeating_it_changes_nothing(text):
    assert fold(text).isascii()
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_normal_forms_fold_and_sort_alike(text):
    composed, split = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold(composed) == fold(split)
    assert sort_key(composed) == sort_key(split)


@given(st.text(max_size=40))
def test_any_text_folds_without_nul_or_marks(text):
    folded = fold(text)
    assert "\0" not in folded
    assert not any(unicodedata.combining(char) for char in unicodedata.normalize("NFD", folded))


@given(VIETNAMESE, VIETNAMESE)
def test_letters_decide_before_tones(one, other):
    def bare(text):
        return "".join(
            unicodedata.normalize(
                "NFC",
                "".join(c for c in unicodedata.normalize("NFD", char) if c not in "\u0300\u0301\u0303\u0309\u0323"),
            )
            for char in unicodedata.normalize("NFC", text.casefold())
        )

    if sort_key(bare(one)).split("\x01")[0] < sort_key(bare(other)).split("\x01")[0]:
        assert sort_key(one) < sort_key(other)


def test_a_text_speaks_the_readers_language(settings):
    from django.utils import translation

    text = Text("Xã", "Commune")
    with translation.override("vi"):
        assert str(text) == "Xã"
    with translation.override("en"):
        assert str(text) == "Commune"


@pytest.mark.parametrize(
    ("text", "whole", "parts"),
    [
        ("commune", False, []),
        ("Xã Giao Thủy", True, ["Xã Giao Thủy"]),
        ("Tỉnh Nam Định", True, ["Tỉnh Nam Định"]),
        ("Minh họa: thiếu biên bản của một số cơ quan nên không tính.", True, None),
        ("Nam Định Province", False, ["Nam Định"]),
        ("Party Committee of Đông A Ward", False, ["Đông"]),
        (
            "People's Committee of Nam Định Province (now People's Committee of Ninh Bình Province)",
            False,
            ["Nam Định", "Ninh Bình"],
        ),
        ("What Nam Định Province promised, and what is proven", False, ["Nam Định"]),
        ("NAM ĐỊNH and other provinces", False, ["ĐỊNH"]),
        ("", True, []),
    ],
)
def test_vietnamese_is_told_from_english_with_names_in_it(text, whole, parts):
    from tinhso.foundation.text import is_vietnamese, mostly_vietnamese, vietnamese_parts

    assert mostly_vietnamese(text) == whole
    found = [text[start:end] for start, end in vietnamese_parts(text)]
    if parts is not None:
        assert found == parts
    assert is_vietnamese(text) == bool(found)
