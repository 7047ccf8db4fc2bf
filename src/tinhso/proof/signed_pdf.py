"""PDF files signed by their owner's certificate (PAdES B-B, ETSI EN 319 142), and what a signed file says.

How an owner's key is reached stands in the JSON file TINHSO_PAPER_KEYS:

    {"trusted": ["authority.pem"],
     "owners": {"xa-an-dong": {"pkcs12": "xa-an-dong.p12", "passphrase_file": "xa-an-dong.txt"},
                "so-tu-phap": {"pkcs11": "/usr/lib/token.so", "token": "STP", "key": "ky", "pin_file": "pin.txt"}}}

Paths are relative to that file; owner "*" serves those not named. Without it, demonstration certificates are used,
and in production none.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.confined import GaveUp, confined
from tinhso.foundation.errors import Invalid, Problem
from tinhso.proof import pdf_reader, tokens
from tinhso.proof.certificates import DEMONSTRATION, authority_file, demonstration_certificate
from tinhso.proof.keys import read_secret

FIELD = "Seal"
#: Hexadecimal digits kept for the signature: fixed, so that nothing is signed twice to learn its size.
RESERVED = 16384
#: After a failure an owner's key is left alone for so long, so that nobody waits for a service that is down.
REST_SECONDS = 30
LARGEST = 10 * 2**20


class SigningUnavailable(Problem):
    """The owner's key cannot be reached now."""

    status, code = 503, "signing-unavailable"


@dataclass(frozen=True)
class Seal:
    """One signature of a file: who, when, and whether the bytes are as signed (`intact`), nothing was added after
    (`whole`), and the certificate leads to an authority trusted here (`trusted`)."""

    name: str
    organisation: str
    at: datetime | None
    intact: bool
    whole: bool
    trusted: bool

    @property
    def demonstration(self) -> bool:
        return self.organisation == DEMONSTRATION


_signers: dict[tuple[str, str], Any] = {}
_resting: dict[str, tuple[float, str]] = {}
_lock = Lock()


def forget_signers() -> None:
    """Read every key again: after certificates were exchanged, and between tests."""
    _signers.clear()
    _resting.clear()
    tokens.close_all()


def configuration() -> dict[str, Any]:
    """The content of TINHSO_PAPER_KEYS; {} while it is not set."""
    if not settings.PAPER_KEYS:
        return {}
    path = Path(settings.PAPER_KEYS)
    try:
        told = json.loads(path.read_text())
        owners = told["owners"]
        if not isinstance(owners, dict):
            raise TypeError("owners")
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise SigningUnavailable(
            _("Không đọc được cấu hình chứng thư."), place="TINHSO_PAPER_KEYS", mend=str(fault)[:200]
        ) from fault
    return told


def _entry(owner: str, name: str) -> dict[str, str]:
    """How an owner's key is reached, with whole paths."""
    told = configuration()
    if not told:
        if settings.PRODUCTION:
            raise SigningUnavailable(
                _("Chưa cài chứng thư ký giấy tờ."),
                place="TINHSO_PAPER_KEYS",
                mend=_("Xem docs/how-to/sign-papers.md."),
            )
        return {"pkcs12": str(demonstration_certificate(owner, name))}
    entry = told["owners"].get(owner) or told["owners"].get("*")
    if not isinstance(entry, dict):
        raise SigningUnavailable(
            _("Cơ quan «%(owner)s» chưa có chứng thư.") % {"owner": owner}, place="TINHSO_PAPER_KEYS"
        )
    base = Path(settings.PAPER_KEYS).parent
    files = {"pkcs12", "passphrase_file", "pin_file", "pkcs11"}
    return {key: str(base / value) if key in files else str(value) for key, value in entry.items()}


def _load(entry: dict[str, str]) -> Any:
    if "pkcs12" in entry:
        from pyhanko.sign.signers import SimpleSigner

        passphrase = read_secret(Path(entry["passphrase_file"])).strip() if "passphrase_file" in entry else ""
        signer = SimpleSigner.load_pkcs12(entry["pkcs12"], passphrase=passphrase.encode() or None)
        if signer is None:
            raise SigningUnavailable(_("Không mở được tệp PKCS#12."), place=Path(entry["pkcs12"]).name)
        return _encoded_once(signer)
    held = tokens.session(entry["pkcs11"], entry["token"], Path(entry["pin_file"]))
    from pyhanko.sign.pkcs11 import PKCS11Signer

    label, certificate = entry["key"], entry.get("certificate", entry["key"])
    # Tokens that hash by themselves are the exception: SoftHSM and many cards only sign what was hashed before.
    return _encoded_once(PKCS11Signer(held, cert_label=certificate, key_label=label, use_raw_mechanism=True))


def _encoded_once(signer: Any) -> Any:
    """The signer, naming its certificate as bytes: asn1crypto encodes a value built in memory anew for every level it
    lies in, some hundred times a signature, and leaves one read from bytes as it is."""
    from pyhanko.sign.attributes import CMSAttributeProvider, SigningCertificateV2Provider

    class Encoded(SigningCertificateV2Provider):
        async def build_attr_value(self, dry_run: bool = False) -> Any:
            value = await super().build_attr_value(dry_run)
            return type(value).load(value.dump())

    providers = signer._signed_attr_providers

    def told(**given: Any) -> Iterator[CMSAttributeProvider]:
        for one in providers(**given):
            yield Encoded(one.signing_cert) if isinstance(one, SigningCertificateV2Provider) else one

    signer._signed_attr_providers = told
    return signer


def _turn(entry: dict[str, str]) -> AbstractContextManager[None]:
    """What must be held while an entry's key is used."""
    return tokens.turn(entry["pkcs11"], entry["token"]) if "pkcs11" in entry else nullcontext()


def _forget(owner: str, entry: dict[str, str]) -> None:
    """Reach the owner's key anew next time, and with it whatever else lies on its token."""
    closed = tokens.close(entry["pkcs11"], entry["token"]) if "pkcs11" in entry else None
    with _lock:
        for key, signer in list(_signers.items()):
            if key[0] == owner or (closed is not None and getattr(signer, "pkcs11_session", None) is closed):
                del _signers[key]


def _signer(owner: str, entry: dict[str, str]) -> Any:
    """The owner's signer, kept in memory until its entry or its file changes. SigningUnavailable says what is wrong."""
    stamp = Path(entry["pkcs12"]).stat().st_mtime_ns if "pkcs12" in entry else 0
    key = (owner, json.dumps([entry, stamp], sort_keys=True))
    with _lock:
        if key not in _signers:
            signer = _load(entry)
            for former in [former for former in _signers if former[0] == owner]:
                del _signers[former]
            _signers[key] = signer
        signer = _signers[key]
    certificate = x509.load_der_x509_certificate(signer.signing_cert.dump())
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise SigningUnavailable(_("Chứng thư hết hạn hoặc chưa có hiệu lực."), place=owner)
    if settings.PRODUCTION and _subject(certificate, NameOID.ORGANIZATION_NAME) == DEMONSTRATION:
        raise SigningUnavailable(_("Chứng thư thử nghiệm không dùng được khi vận hành thật."), place=owner)
    return signer


def _subject(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(kind)
    return str(found[0].value) if found else ""


def sign_pdf(pdf: bytes, *, owner: str, name: str, reason: str) -> bytes:
    """The file with its owner's signature in an incremental update: what was there stays byte for byte.

    `owner` finds the key, `name` is the owner's name in a demonstration certificate. SigningUnavailable: no key, an
    expired one, or a token that does not answer; the next tries of REST_SECONDS are refused at once.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    until, why = _resting.get(owner, (0.0, ""))
    if time.monotonic() < until:
        raise SigningUnavailable(why, place=owner)
    entry: dict[str, str] = {}
    try:
        entry = _entry(owner, name)
        about = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            name=name,
            reason=reason,
            location="VN",
        )
        with _turn(entry):
            signer = _signer(owner, entry)
            writer = IncrementalPdfFileWriter(BytesIO(pdf))
            signed = signers.PdfSigner(about, signer=signer).sign_pdf(writer, bytes_reserved=RESERVED)
    # Tokens and their drivers fail in ways of their own; a paper must be given all the same.
    except Exception as failed:
        told = failed.what if isinstance(failed, Problem) else type(failed).__name__
        why = _("Chưa ký được: %(why)s") % {"why": told}
        _resting[owner] = (time.monotonic() + REST_SECONDS, why)
        _forget(owner, entry)
        raise SigningUnavailable(why, place=owner) from failed
    return bytes(signed.getbuffer())


def _trusted() -> list[str]:
    """The PEM files of the authorities whose certificates are trusted here."""
    told = configuration()
    if told:
        return [str(Path(settings.PAPER_KEYS).parent / item) for item in told.get("trusted", ())]
    return [str(authority_file())] if not settings.PRODUCTION and authority_file().exists() else []


def seals(pdf: bytes) -> list[Seal]:
    """The signatures of a file. Invalid: not a PDF, too large, or one that cannot be read.

    Certificates lead to the authorities named "trusted"; nothing is fetched, so revocation is not looked up.
    """
    if len(pdf) > LARGEST:
        raise Invalid(_("Tệp lớn hơn %(limit)d MB.") % {"limit": LARGEST // 2**20}, place="file")
    if not pdf.startswith(b"%PDF-"):
        raise Invalid(_("Không phải tệp PDF."), place="file")
    try:
        told = confined(Path(pdf_reader.__file__), _trusted(), pdf)
    except GaveUp as unreadable:
        raise Invalid(_("Không đọc được tệp PDF này: tệp hỏng hoặc đã bị sửa."), place="file") from unreadable
    return [
        Seal(**{**seal, "at": datetime.fromisoformat(seal["at"]) if seal["at"] else None}) for seal in json.loads(told)
    ]
