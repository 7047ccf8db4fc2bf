"""Broken JSON is told by line and column, in the reader's language, with what to do about it."""

import json

import pytest
from django.utils.translation import override

from tinhso.foundation.json_faults import body_fault, json_words

BROKEN = [
    (b'{"a": }', "một giá trị", "a value is needed"),
    (b'{"a": 1 "b": 2}', "thiếu dấu phẩy", "a comma or a closing mark is missing"),
    (b'{"a" 1}', "dấu hai chấm", "the colon after the field's name is missing"),
    (b"{'a': 1}", "tên trường", "a field's name in double quotes is needed"),
    (b'{"a": 1}{', "JSON đã hết", "text goes on after the JSON ended"),
    (b'{"a": "x', "không đóng", "the text opened here is not closed"),
    (b'{"a": "x\ny"}', "ký tự điều khiển", "control character"),
    (b'{"a": "\\q"}', "ký tự lạ", "\\ stands before a strange character"),
    (b'{"a": "\\u12"}', "bốn chữ số", "four hexadecimal digits"),
    (b"", "một giá trị", "a value is needed"),
    (b'{"a": "\xff"}', "không phải UTF-8", "not UTF-8"),
    (b"[" * 100000, "lồng nhau", "nesting"),
]


@pytest.mark.parametrize(("raw", "vi", "en"), BROKEN)
def test_every_fault_has_words_in_both_languages(raw, vi, en):
    for language, words in (("vi", vi), ("en", en)):
        with override(language):
            fault = body_fault(raw)
            assert words in f"{fault.what} {fault.mend}" and fault.mend and fault.place
            assert "Expecting" not in str(fault)


def test_what_is_json_has_no_fault():
    assert body_fault(b'{"a": [1, 2.5, null]}') is None


def test_every_message_of_the_standard_library_is_known():
    """Whatever short broken text json refuses, its message has words of ours."""
    pieces = ["{", "}", "[", "]", ",", ":", '"a"', '"', "1", "tru", "\\", "'", " ", '"\\u1"', '"\\q"', '"\n"']
    for first in pieces:
        for second in pieces:
            for third in pieces:
                try:
                    json.loads(first + second + third)
                except json.JSONDecodeError as error:
                    assert json_words(error.msg)[0] != error.msg.rstrip(": "), error.msg
