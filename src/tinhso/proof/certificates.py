"""Certificates of the demonstration: an own authority that nobody trusts, made once under TINHSO_VAR/keys/papers.

Refused in production, both making and using them: there, agencies bring the certificates of the public service.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Forbidden
from tinhso.proof.keys import read_secret, write_secret

#: The organisation in every demonstration certificate; by it production knows and refuses them.
DEMONSTRATION = "Trình diễn, không có giá trị pháp lý"
YEARS_AUTHORITY, YEARS_AGENCY = 20, 5


def folder() -> Path:
    return Path(settings.VAR) / "keys" / "papers"


def authority_file() -> Path:
    """The demonstration authority's certificate (PEM), to be trusted in tests."""
    return folder() / "authority.pem"


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEMONSTRATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePublicKey, years: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    others = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    return x509.KeyUsage(
        digital_signature=signs, content_commitment=signs, key_cert_sign=not signs, crl_sign=not signs, **others
    )


def _authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    secret, common = folder() / "authority.key", "Tỉnh Số — CA thử nghiệm"
    if not secret.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        certificate = (
            _builder(common, common, key.public_key(), YEARS_AUTHORITY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .sign(key, hashes.SHA256())
        )
        # Key and certificate in one file: whichever of two processes links it first has made both.
        write_secret(secret, pem + certificate.public_bytes(Encoding.PEM).decode(), fresh_only=True)
    kept = read_secret(secret).encode()
    certificate = x509.load_pem_x509_certificate(kept)
    if not authority_file().exists():
        write_secret(authority_file(), certificate.public_bytes(Encoding.PEM).decode(), fresh_only=True)
    signing = load_pem_private_key(kept, None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    return certificate, signing


def demonstration_certificate(owner: str, name: str) -> Path:
    """The PKCS#12 file of an owner's demonstration certificate, made on first use; Forbidden in production."""
    if settings.PRODUCTION:
        raise Forbidden(_("Chứng thư thử nghiệm không dùng được khi vận hành thật."), place="TINHSO_PAPER_KEYS")
    path = folder() / f"{hashlib.sha256(owner.encode()).hexdigest()[:16]}.p12"
    if not path.exists():
        authority, signing = _authority()
        key = ec.generate_private_key(ec.SECP256R1())
        subject = authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        certificate = (
            _builder(name, str(subject), key.public_key(), YEARS_AGENCY)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
            .sign(signing, hashes.SHA256())
        )
        packed = serialize_key_and_certificates(name.encode(), key, certificate, [authority], NoEncryption())
        write_secret(path, packed, fresh_only=True)
    return path
