"""As-built surveys come in signed or not at all; a refusal is recorded too."""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.files.imports import ImportRefused
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.infrastructure.planning.models import PlannedPhase, Survey, SurveyedSpan
from tinhso.infrastructure.planning.models.works import BY_ACCOUNT, BY_KEY
from tinhso.infrastructure.planning.states import state_of
from tinhso.infrastructure.planning.surveys_file import survey_rows
from tinhso.proof.audit import Actor, command, note
from tinhso.proof.models import KeyRole, LogKey
from tinhso.proof.queries import keys_in_force

MOST_BYTES = 20 * 2**20
AGAIN = gettext_noop("Dán nguyên dòng mà lệnh tinhso sign_file in ra.")
SIGNERS = (KeyRole.OPERATOR, KeyRole.PROVINCE, KeyRole.AUDITOR)


class WrongSignature(Invalid):
    """The signature is not a registered key's over exactly these bytes."""

    code = "wrong-signature"


def signer_of(raw: bytes, signature: str) -> LogKey:
    """The registered key in force whose Ed25519 signature (base64 of 64 bytes) over the file this is."""
    try:
        given = base64.b64decode("".join(signature.split()), validate=True)
    except (binascii.Error, ValueError) as broken:
        raise WrongSignature(_("Chữ ký không phải base64."), place="signature", mend=_(AGAIN)) from broken
    if len(given) != 64:
        raise WrongSignature(_("Chữ ký Ed25519 phải dài 64 byte."), place="signature", mend=_(AGAIN))
    for key in keys_in_force(timezone.now(), list(SIGNERS)):
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key)).verify(given, raw)
        except InvalidSignature:
            continue
        return key
    raise WrongSignature(
        _("Không khóa đã đăng ký nào ký đúng tệp này."),
        place="signature",
        mend=_("Ký lại đúng tệp này bằng khóa đã đăng ký, hoặc nhờ quản trị hệ thống đăng ký khóa."),
    )


def import_survey(
    *,
    actor: Actor,
    phase: PlannedPhase,
    raw: bytes,
    source_name: str,
    signature: str = "",
    confirmed_sha256: str = "",
    may_confirm: bool = False,
) -> Survey:
    """Take a survey of a phase under construction, signed by a key (`signature`), or confirmed by an account that may
    (`confirmed_sha256` repeats the file's hash).

    Refused are a wrong or missing signature, a file with faults (ImportRefused names each), and one taken before; what
    was refused is recorded by its hash.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    try:
        return _import(
            actor=actor,
            phase=phase,
            raw=raw,
            source_name=source_name,
            signer=_signer(actor, raw, signature, confirmed_sha256, may_confirm=may_confirm),
            signature="".join(signature.split()),
        )
    except (Invalid, Forbidden, Conflict) as refused:
        _refused(actor=actor, phase=phase, sha256=sha256, source_name=source_name, code=refused.code)
        raise


def _signer(actor: Actor, raw: bytes, signature: str, confirmed: str, *, may_confirm: bool) -> tuple[str, str]:
    if len(raw) > MOST_BYTES:
        raise Invalid(_("Tệp lớn hơn %(limit)d MB.") % {"limit": MOST_BYTES // 2**20}, place="file")
    if signature.strip():
        key = signer_of(raw, signature)
        return BY_KEY, key.verifier
    if not confirmed.strip():
        raise WrongSignature(
            _("Tệp chưa được ký."), place="signature", mend=_("Dán chữ ký, hoặc xác nhận mã SHA-256 của tệp.")
        )
    if not may_confirm:
        raise Forbidden(_("Chỉ văn phòng chương trình của doanh nghiệp được xác nhận thay chữ ký."), place="signature")
    if confirmed.strip().lower() != hashlib.sha256(raw).hexdigest():
        raise WrongSignature(
            _("Mã SHA-256 đã xác nhận không phải của tệp này."), place="signature", mend=_("Tính lại mã của đúng tệp.")
        )
    return BY_ACCOUNT, f"{actor.name} ({actor.code})"[:200]


@command("planning.import_survey")
def _import(
    *, actor: Actor, phase: PlannedPhase, raw: bytes, source_name: str, signer: tuple[str, str], signature: str
) -> Survey:
    state = state_of(phase)
    if state.started is None or state.built:
        raise Conflict(_("Khảo sát hoàn công chỉ nhận khi đợt đang thi công."), place=str(phase.number))
    sha256 = hashlib.sha256(raw).hexdigest()
    if Survey.objects.filter(phase=phase, sha256=sha256).exists():
        raise Conflict(_("Tệp này đã nhận rồi."), place=sha256)
    rows, findings = survey_rows(raw, dict(phase.built_spans.values_list("span_id", "length_m")))
    if findings:
        raise ImportRefused(findings)
    signed_by, name = signer
    made = Survey.objects.create(
        phase=phase,
        source_name=source_name[:255],
        sha256=sha256,
        size=len(raw),
        signed_by=signed_by,
        signer=name,
        signature=signature if signed_by == BY_KEY else "",
        by=actor.code,
        by_name=actor.name,
    )
    SurveyedSpan.objects.bulk_create((SurveyedSpan(survey=made, **row) for row in rows), batch_size=2000)
    note(
        target=f"survey:{made.uid}",
        after={
            "plan": str(phase.result.run.plan.uid),
            "phase": phase.number,
            "sha256": sha256,
            "signed_by": signed_by,
            "signer": name,
            "signature": made.signature,
            "spans": len(rows),
        },
    )
    return made


@command("planning.refuse_survey")
def _refused(*, actor: Actor, phase: PlannedPhase, sha256: str, source_name: str, code: str) -> None:
    note(
        target=f"plan:{phase.result.run.plan.uid}/{phase.number}",
        after={"sha256": sha256, "source": source_name[:255], "refused": code},
    )
