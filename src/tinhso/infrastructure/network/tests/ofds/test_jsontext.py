"""Reading JSON loses nothing, and broken JSON is refused with its position."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.infrastructure.network.ofds.jsontext import BadJson, dumps, loads

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20)
NUMBERS = st.one_of(
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=20),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=20,
)


def exact(text: str) -> object:
    """A document with every number as an exact decimal: what "nothing lost" is measured by."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def written(value: object) -> str:
    """A document whose Decimals are numbers with all their digits."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(VALUES)
def test_every_value_comes_back(value: object) -> None:
    text = written(value)
    assert exact(dumps(loads(text.encode()))) == exact(text)


@pytest.mark.parametrize(
    "token", ["5.6250", "1E5", "1e-7", "123456789012345678901234567890", "0.1", "-0.0", "106.17000000000000001"]
)
def test_numbers_keep_their_digits(token: str) -> None:
    assert Decimal(dumps(loads(token.encode()))) == Decimal(token)
    assert dumps(loads(token.encode())).rstrip("0123456789eE+-.") == ""


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "dòng 1, cột 1"),
        (b'{"networks": [\n  {"id": }\n]}', "dòng 2, cột 10"),
        (b'{"a": 1', "dòng 1"),
        (b"\xff\xfe{}", "byte 0"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1e400}', "1e400"),
        (b'{"a": ' + b"9" * 5000 + b"}", "9999"),
        (b'{"a": 1, "a": 2}', "“a”"),
        (b'{"x": {"y": "a\\u0000b"}}', "/x/y"),
        (b'{"x": ["\\ud800"]}', "/x/0"),
        (b'"a\x00b"', "dòng 1, cột 3"),
        (b"[" * 100_000, "lồng nhau"),
    ],
)
def test_broken_files_are_refused_with_their_place(raw: bytes, told: str) -> None:
    with pytest.raises(BadJson) as refused:
        loads(raw)
    assert told in str(refused.value)


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert loads(b'["\\\\u0000"]') == ["\\u0000"]


def test_nesting_deeper_than_can_be_written_is_refused() -> None:
    with pytest.raises(BadJson):
        dumps(loads(b"[" * 500 + b"]" * 500))
