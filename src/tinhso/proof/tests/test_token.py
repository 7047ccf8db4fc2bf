"""A paper signed by a key that never leaves its token: SoftHSM, a PKCS#11 token in software."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tinhso.foundation import pdf
from tinhso.proof import tokens
from tinhso.proof.pdf_reader import read_seals
from tinhso.proof.signed_pdf import Seal, SigningUnavailable, forget_signers, sign_pdf

DRIVER = "/usr/lib/softhsm/libsofthsm2.so"
PIN, TOKEN = "4321", "STP"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a token that holds an elliptic and an RSA key with their certificates."""
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    if not Path(DRIVER).exists():
        pytest.fail("no software token: apt-get install softhsm2")
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\n")
    (folder / "pin").touch(mode=0o600)
    (folder / "pin").write_text(PIN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        words = ["--label", TOKEN, "--so-pin", "1234", "--pin", PIN]
        subprocess.run(["softhsm2-util", "--init-token", "--free", *words], check=True, capture_output=True)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Sở Tư pháp")])
        for place, key in enumerate((ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048))):
            label, number = type(key).__name__[:3], f"A{place}"
            pem = folder / f"{label}.pem"
            pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            words = ["--token", TOKEN, "--label", label, "--id", number, "--pin", PIN]
            subprocess.run(["softhsm2-util", "--import", str(pem), *words], check=True, capture_output=True)
            certificate = (
                x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
                .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
                .not_valid_after(datetime(2046, 1, 1, tzinfo=UTC))
                .sign(key, hashes.SHA256())
            )
            held = decode_x509_certificate(certificate.public_bytes(Encoding.DER))
            held |= {pkcs11.Attribute.LABEL: label, pkcs11.Attribute.ID: bytes.fromhex(number)}
            held[pkcs11.Attribute.TOKEN] = True
            with pkcs11.lib(DRIVER).get_token(token_label=TOKEN).open(rw=True, user_pin=PIN) as session:
                session.create_object(held)
        yield folder


@pytest.fixture
def paper(tmp_path: Path) -> bytes:
    template = tmp_path / "paper.typ"
    template.write_text('#set document(title: "Giấy")\nGiấy tiếp nhận')
    return pdf.render(template, {}, moment=datetime(2026, 3, 2, tzinfo=UTC))


def seal_of(signed: bytes) -> Seal:
    (told,) = read_seals(signed, [])
    return Seal(**told)


def configure(settings, folder: Path, **entry: str) -> None:
    forget_signers()
    told = {"pkcs11": DRIVER, "token": TOKEN, "pin_file": "pin", **entry}
    (folder / "keys.json").write_text(json.dumps({"owners": {"stp": told}}))
    settings.PAPER_KEYS = str(folder / "keys.json")


@pytest.mark.parametrize("key", ["ECP", "RSA"])
def test_a_token_signs_what_readers_find_intact(settings, token: Path, paper: bytes, tmp_path: Path, key: str):
    configure(settings, token, key=key)
    for _time in range(2):
        signed = sign_pdf(paper, owner="stp", name="Sở Tư pháp", reason="thử")
        assert signed.startswith(paper)
    seal = seal_of(signed)
    assert (seal.name, seal.intact, seal.whole, seal.trusted) == ("Sở Tư pháp", True, True, False)
    (tmp_path / "signed.pdf").write_bytes(signed)
    told = subprocess.run(["pdfsig", str(tmp_path / "signed.pdf")], check=True, capture_output=True, text=True)
    assert "Signature is Valid." in told.stdout


def test_two_agencies_share_a_token_and_a_pulled_one_is_asked_again(settings, token: Path, paper: bytes):
    configure(settings, token, key="RSA")
    told = json.loads((token / "keys.json").read_text())
    told["owners"]["stc"] = {**told["owners"]["stp"], "key": "ECP"}
    (token / "keys.json").write_text(json.dumps(told))
    for owner in ("stp", "stc", "stp"):
        assert seal_of(sign_pdf(paper, owner=owner, name="", reason="")).intact
    tokens.session(DRIVER, TOKEN, token / "pin").close()
    with pytest.raises(SigningUnavailable):
        sign_pdf(paper, owner="stp", name="", reason="")
    assert seal_of(sign_pdf(paper, owner="stc", name="", reason="")).intact


@pytest.mark.parametrize(
    "wrong", [{"key": "absent"}, {"key": "RSA", "token": "absent"}, {"key": "RSA", "pin_file": "tokens"}]
)
def test_what_the_token_does_not_have_is_said(settings, token: Path, paper: bytes, wrong: dict[str, str]):
    configure(settings, token, **wrong)
    with pytest.raises(SigningUnavailable):
        sign_pdf(paper, owner="stp", name="Sở Tư pháp", reason="thử")
