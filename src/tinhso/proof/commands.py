"""Writes of the proof app: keys, countersignatures, retention and reading of audit values."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import stamp
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.proof import keys
from tinhso.proof.audit import SYSTEM, Actor, command, note, nothing_changed
from tinhso.proof.models import AuditDetail, AuditRecord, Checkpoint, Countersignature, KeyRole, LogKey
from tinhso.proof.notes import Signature, Signer, State, Verifier, WrongSignature
from tinhso.proof.queries import keys_in_force
from tinhso.proof.turn import only_one


@command("proof.register_key")
def register_key(*, actor: Actor, verifier: str, owner: str, role: str, valid_from: datetime | None = None) -> LogKey:
    """Register a public key whose signatures count from `valid_from` (default now).

    The log names the verifier key. Repeating changes nothing; Conflict when the key is another's.
    """
    key = Verifier.parse(verifier)
    if role not in KeyRole.values:
        raise Invalid(_("Vai trò %(role)r không có.") % {"role": role}, place="role", mend=", ".join(KeyRole.values))
    if not owner or len(owner) > 80:
        raise Invalid(_("Thiếu mã chủ khóa, hoặc mã dài quá 80 ký tự."), place="owner")
    held = LogKey.objects.filter(public_key=key.public.hex()).first()
    if held is not None:
        if (held.verifier, held.owner, held.role) != (str(key), owner, role):
            raise Conflict(
                _("Khóa này đã đăng ký cho %(owner)s (%(role)s).") % {"owner": held.owner, "role": held.role},
                place="verifier",
                mend=_("Mỗi bên dùng một khóa riêng."),
            )
        nothing_changed()
        return held
    made = LogKey.objects.create(
        owner=owner,
        name=key.name,
        role=role,
        public_key=key.public.hex(),
        verifier=str(key),
        valid_from=valid_from or timezone.now(),
    )
    note(target=made.verifier, after={"owner": owner, "role": role, "valid_from": stamp(made.valid_from)})
    return made


@command("proof.retire_key")
def retire_key(*, actor: Actor, verifier: str, at: datetime | None = None) -> LogKey:
    """Let a key's signatures count only until a moment (default now). What it signed before stays."""
    key = LogKey.objects.select_for_update().filter(verifier=verifier.strip()).first()
    if key is None:
        raise Invalid(_("Khóa này chưa đăng ký."), place="verifier")
    before = key.valid_to
    key.valid_to = max(at or timezone.now(), key.valid_from)
    if before is not None and before <= key.valid_to:
        nothing_changed()
        key.valid_to = before
        return key
    key.save(update_fields=["valid_to"])
    note(
        target=key.verifier,
        before={"valid_to": stamp(before) if before else None},
        after={"valid_to": stamp(key.valid_to)},
    )
    return key


def log_signers_in_force(moment: datetime) -> list[Signer]:
    """The log's signing keys that count at a moment, registered on first use. Conflict when all have run out."""
    held = keys.log_signers()
    known = set(LogKey.objects.filter(role=KeyRole.LOG).values_list("verifier", flat=True))
    for signer in held:
        if str(signer.verifier) not in known:
            register_key(
                actor=SYSTEM,
                verifier=str(signer.verifier),
                owner=settings.ORIGIN,
                role=KeyRole.LOG,
                valid_from=moment,
            )
    counting = set(keys_in_force(moment, [KeyRole.LOG]).values_list("verifier", flat=True))
    signers = [signer for signer in held if str(signer.verifier) in counting]
    if not signers:
        raise Conflict(_("Mọi khóa ký của sổ đã hết hiệu lực."), place="log key", mend=_("Chạy tinhso rotate_log_key."))
    return signers


def rotate_log_key(*, actor: Actor, until: datetime) -> tuple[Verifier, list[LogKey]]:
    """Make a new log key; the old ones go on signing beside it until a moment. Returns the new and the retiring keys.

    Conflict when the key comes from the environment, where only its keeper can change it.
    """
    with only_one(30):
        old = log_signers_in_force(timezone.now())
        fresh = Signer.make(settings.ORIGIN)
        keys.replace_log_signers([fresh, *old])
        register_key(actor=actor, verifier=str(fresh.verifier), owner=settings.ORIGIN, role=KeyRole.LOG)
        return fresh.verifier, [retire_key(actor=actor, verifier=str(signer.verifier), at=until) for signer in old]


def signer_of(line: str) -> Actor:
    """The actor a signature line names. The command records nothing before the signature has proven it."""
    name = Signature.parse(line.strip()).name
    return Actor(f"key:{name}"[:80], name)


@command("proof.countersign")
def countersign(*, actor: Actor, checkpoint: Checkpoint, line: str) -> Countersignature:
    """Add another party's signature line to a checkpoint.

    Invalid when the line is malformed or does not fit; Forbidden when its key is not registered or not in force.
    """
    signature = Signature.parse(line.strip())
    known = keys_in_force(timezone.now()).exclude(role=KeyRole.LOG).filter(name=signature.name)
    key = next((key for key in known if Verifier.parse(key.verifier).id == signature.id), None)
    if key is None:
        raise Forbidden(
            _("Khóa %(name)s chưa đăng ký hoặc đã hết hiệu lực.") % {"name": signature.name},
            place="line",
            mend=_("Nhờ quản trị hệ thống đăng ký khóa kiểm tra."),
        )
    text = str(State(settings.ORIGIN, checkpoint.size, bytes.fromhex(checkpoint.root)))
    if not Verifier.parse(key.verifier).fits(text, signature.signature):
        raise WrongSignature(
            _("Chữ ký của %(name)s không đúng với điểm chốt %(size)d.")
            % {"name": signature.name, "size": checkpoint.size},
            place="line",
            mend=_("Kiểm tra đã ký đúng tệp điểm chốt này."),
        )
    given = Countersignature.objects.filter(checkpoint=checkpoint, key=key).first()
    if given is not None:
        nothing_changed()
        return given
    made = Countersignature.objects.create(checkpoint=checkpoint, key=key, line=str(signature))
    note(target=f"checkpoint:{checkpoint.size}", after={"key": key.verifier, "line": made.line})
    return made


@command("proof.read_details")
def read_details(*, actor: Actor, record: AuditRecord) -> AuditDetail | None:
    """The values before and after of an audited command; reading them is itself recorded. None once erased."""
    detail = AuditDetail.objects.filter(record=record).first()
    note(target=f"audit:{record.pk}", after={"found": detail is not None})
    return detail


@command("proof.export_audit")
def export_audit(*, actor: Actor, filters: dict[str, str]) -> None:
    """Record that somebody takes audit records away, and by which filters."""
    note(target="audit", after=filters)


@command("proof.erase_details")
def erase_details(*, actor: Actor, before: datetime) -> int:
    """Erase the values of commands older than a moment; records and their sealed hashes stay. How many."""
    erased, _by_model = AuditDetail.objects.filter(record__at__lt=before).delete()
    if not erased:
        nothing_changed()
    note(target="audit", after={"before": stamp(before), "erased": erased})
    return erased
