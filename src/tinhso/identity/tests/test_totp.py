import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.identity import sealing, totp
from tinhso.identity.codes import new_form, old_form

SEED = b"12345678901234567890"
SEEDS = {"sha1": SEED, "sha256": (SEED * 2)[:32], "sha512": (SEED * 4)[:64]}
# RFC 6238, appendix B: seconds since 1970, algorithm, eight digits.
VECTORS = [
    (59, "sha1", "94287082"),
    (59, "sha256", "46119246"),
    (59, "sha512", "90693936"),
    (1111111109, "sha1", "07081804"),
    (1111111109, "sha256", "68084774"),
    (1111111109, "sha512", "25091201"),
    (1111111111, "sha1", "14050471"),
    (1111111111, "sha256", "67062674"),
    (1111111111, "sha512", "99943326"),
    (1234567890, "sha1", "89005924"),
    (1234567890, "sha256", "91819424"),
    (1234567890, "sha512", "93441116"),
    (2000000000, "sha1", "69279037"),
    (2000000000, "sha256", "90698825"),
    (2000000000, "sha512", "38618901"),
    (20000000000, "sha1", "65353130"),
    (20000000000, "sha256", "77737706"),
    (20000000000, "sha512", "47863826"),
]


@pytest.mark.parametrize(("seconds", "algorithm", "code"), VECTORS)
def test_rfc_6238_vectors(seconds, algorithm, code):
    secret = base64.b32encode(SEEDS[algorithm]).decode().rstrip("=")
    assert totp.code_at(secret, totp.step_at(seconds), digits=8, algorithm=algorithm) == code


@pytest.mark.parametrize(("drift", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_one_step_of_clock_drift_is_allowed(drift, accepted):
    secret, now = totp.new_secret(), 1_700_000_000.0
    code = totp.code_at(secret, totp.step_at(now + drift))
    assert (totp.matching_step(secret, code, now=now) is not None) == accepted


def test_a_used_step_is_refused():
    secret, now = totp.new_secret(), 1_700_000_000.0
    code = totp.code_at(secret, totp.step_at(now))
    assert totp.matching_step(secret, code, after=totp.step_at(now), now=now) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0"])
def test_what_is_no_code_is_refused(code):
    assert totp.matching_step(totp.new_secret(), code) is None


def test_secrets_survive_a_change_of_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "first", []
    sealed = sealing.seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY" not in sealed
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    assert sealing.unseal(sealed) == "JBSWY3DPEHPK3PXP"
    renewed = sealing.reseal(sealed)
    settings.SECRET_KEY_FALLBACKS = []
    assert sealing.unseal(renewed) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(sealing.Conflict):
        sealing.unseal(sealed)


def test_recovery_codes_are_read_however_typed():
    code = sealing.new_recovery_code()
    assert sealing.recovery_hashes(1, code) == sealing.recovery_hashes(1, f" {code.upper().replace('-', ' ')} ")
    assert sealing.recovery_hashes(1, code) != sealing.recovery_hashes(2, code)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("H40", "000.00.00.H40"),
        ("H40.12", "000.00.12.H40"),
        ("H40.12.03", "000.03.12.H40"),
        ("H40.12.03.001", "001.03.12.H40"),
        ("h40", ""),
        ("H40.123", ""),
        ("", ""),
    ],
)
def test_old_and_new_codes_say_the_same(new, old):
    assert old_form(new) == old
    assert new_form(old) == (new if old else "")


@given(st.from_regex(r"[A-Z]\d{2}(\.(0[1-9]|[1-9]\d)){0,2}", fullmatch=True))
def test_codes_go_there_and_back(code):
    assert new_form(old_form(code)) == code
