"""VietQR: the standard's own properties, and codes that others wrote."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foundation.errors import Invalid
from tinhso.payments.banks import bank_named, banks
from tinhso.payments.vietqr import CARD, Transfer, crc, plain, read, write

VECTORS = Path(__file__).resolve().parents[5] / "shared" / "data" / "vietqr" / "vectors.json"
KNOWN = (
    "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA53037045405100005802VN62150811Chuyen tien"
    "630453E6"
)


def vectors() -> list:
    if not VECTORS.exists():
        return [pytest.param("", True, marks=pytest.mark.skip(reason=f"{VECTORS.name} is not beside the repository"))]
    return [(one["qr"], one["crc_ok"]) for one in json.loads(VECTORS.read_text())]


@pytest.mark.parametrize(("qr", "good"), vectors())
def test_codes_of_others(qr, good):
    """What is right is read and written back letter by letter; a wrong CRC is refused with the right one."""
    if good:
        assert str(read(qr)) == qr
        assert str(read(qr[:-4] + qr[-4:].lower())) == qr
    else:
        with pytest.raises(Invalid, match=crc(qr[:-4])):
            read(qr)


def test_the_verified_example():
    asked = Transfer("970416", "257678859", 10000, "Chuyển  tiền")
    assert write(asked) == KNOWN
    code = read(KNOWN)
    assert code.transfer == Transfer("970416", "257678859", 10000, "Chuyen tien")
    assert code.dynamic
    assert crc("123456789") == "29B1"


@pytest.mark.parametrize(
    ("amount", "meant"), [("10000.00", 10000), ("10000.0", 10000), ("10000.", 10000), ("010", 10), ("10000", 10000)]
)
def test_amounts_with_a_useless_fraction_are_read(amount, meant):
    assert read(closed(KNOWN[:-8].replace("540510000", f"54{len(amount):02}{amount}"))).amount == meant


@pytest.mark.parametrize("amount", ["10000.5", "10,000", "-1", "1e5", " 10"])
def test_amounts_that_are_no_dong_are_refused(amount):
    with pytest.raises(Invalid) as refused:
        read(closed(KNOWN[:-8].replace("540510000", f"54{len(amount):02}{amount}")))
    assert refused.value.place == "54"


def closed(body: str) -> str:
    return body + "6304" + crc(body + "6304")


def test_lengths_count_characters_and_the_crc_bytes():
    code = closed(KNOWN[:-8].replace("62150811Chuyen tien", "62150811Chuyển tiền"))
    assert read(code).transfer.purpose == "Chuyển tiền"
    assert str(read(code)) == code


def test_unknown_tags_are_kept_in_their_place():
    code = closed("000201" + "0102" + "12" + "2604" + "abcd" + KNOWN[12:-8] + "8003046")
    assert [tag for tag, _value in read(code).objects][2] == "26"
    assert read(code).value("80") == "046"
    assert str(read(code)) == code


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "63"),
        (KNOWN[:-1], "63"),
        (KNOWN + "00", "63"),
        (KNOWN.replace("10000", "10001"), "63"),
        ("6304" + crc("6304"), "00"),
        (closed("000202"), "00"),
        (closed("0002010002"), "00"),
        (closed("00020153037045303704"), "53"),
        (closed("0002015899VN"), "58"),
        (closed("000201xx02VN"), "00"),
        (closed("000201٠١02VN"), "00"),
        (closed("00020138050010A"), "38/00"),
        ("\ud800" + KNOWN, "63"),
    ],
)
def test_what_is_no_code_is_refused_by_place(text, place):
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (Transfer("97041", "1"), "bin"),
        (Transfer("970416", "12 34"), "number"),
        (Transfer("970416", "1" * 20), "number"),
        (Transfer("970416", "1", 0), "amount"),
        (Transfer("970416", "1", 10**13), "amount"),
        (Transfer("970416", "1", 1, "x" * 26), "purpose"),
        (Transfer("970416", "1", service="X"), "service"),
    ],
)
def test_what_cannot_be_written_is_refused_by_field(wrong, place):
    with pytest.raises(Invalid) as refused:
        write(wrong)
    assert refused.value.place == place


@settings(max_examples=150, deadline=None)
@given(
    number=st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, 10**13 - 1),
    purpose=st.text(max_size=12),
    service=st.sampled_from(["QRIBFTTA", CARD]),
)
def test_what_is_written_is_read_again(number, amount, purpose, service):
    asked = Transfer("970416", number, amount, plain(purpose), service)
    assert read(write(Transfer("970416", number, amount, purpose, service))).transfer == asked


@pytest.mark.parametrize(
    ("text", "bare"),
    [("Lệ phí  hồ sơ Đỗ", "Le phi ho so Do"), ("hoà – hòa", "hoa hoa"), ("a\nb\t c", "a b c"), ("🙂", ""), ("ﬁ", "")],
)
def test_purposes_lose_their_marks(text, bare):
    assert plain(text) == bare


def test_banks_are_found_by_number_and_names_present_or_former():
    assert bank_named("acb").bin == bank_named(" 970416 ").bin == "970416"
    assert bank_named("Ocean Bank").short == "MBV"
    assert all(len(bank.bin) == 6 for bank in banks().values())
    with pytest.raises(Invalid, match="ABC"):
        bank_named("ABC")


def test_the_command_writes_and_reads(tmp_path):
    out = StringIO()
    asked = {"bank": "ACB", "account": "257678859", "amount": 10000, "purpose": "Chuyển tiền"}
    call_command("vietqr", "write", **asked, svg=tmp_path / "a.svg", stdout=out)
    assert out.getvalue().strip() == KNOWN
    assert "<svg" in (tmp_path / "a.svg").read_text()
    out = StringIO()
    call_command("vietqr", "read", KNOWN, json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["bank"], told["account"], told["amount"]) == ("ACB", "257678859", 10000)
    with pytest.raises(CommandError, match="53E6"):
        call_command("vietqr", "read", KNOWN[:-1] + "7")
    with pytest.raises(CommandError, match="purpose"):
        call_command("vietqr", "write", bank="ACB", account="1", purpose="x" * 30)
