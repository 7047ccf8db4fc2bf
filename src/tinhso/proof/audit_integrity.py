"""Audit records and keys against the log: each record must say what its entry says, each seal fit its values."""

import hashlib
import json
from collections import Counter

from django.utils.translation import gettext as _

from tinhso.foundation.dates import stamp
from tinhso.proof.faults import Report
from tinhso.proof.models import AuditDetail, AuditRecord, Countersignature, Entry, LogKey
from tinhso.proof.notes import Malformed, Verifier


def fits_seal(detail: AuditDetail) -> bool:
    """Whether values before and after are those that were sealed."""
    sealed = hashlib.sha256(f"{detail.salt}{detail.values}".encode()).hexdigest()
    return sealed == detail.record.detail_hash


def check_keys(report: Report) -> None:
    """Add to a report every key that no logged command registered so, and every registered key that is gone."""
    registered = {
        record.target: getattr(record, "detail", None)
        for record in AuditRecord.objects.filter(verb="proof.register_key").select_related("detail")
    }
    for key in LogKey.objects.order_by("id"):
        try:
            parsed = Verifier.parse(key.verifier)
        except Malformed:
            parsed = None
        if (
            parsed is None
            or key.verifier not in registered
            or (key.name, key.public_key) != (parsed.name, parsed.public.hex())
        ):
            report.add("key-altered", f"key {key.pk}", _("khóa này chưa từng được đăng ký như vậy"))
            continue
        detail = registered.pop(key.verifier)
        if detail is not None and fits_seal(detail):
            said = json.loads(detail.values)["after"]
            if (key.owner, key.role, stamp(key.valid_from)) != (said["owner"], said["role"], said["valid_from"]):
                report.add("key-altered", f"key {key.pk}", _("khóa này chưa từng được đăng ký như vậy"))
    for verifier in registered:
        report.add("key-missing", verifier, _("khóa đã đăng ký không còn"))


def check_countersignatures(report: Report) -> None:
    """Add to a report every checkpoint that holds other countersignatures than were logged."""
    logged = Counter(AuditRecord.objects.filter(verb="proof.countersign").values_list("target", flat=True))
    sizes = Countersignature.objects.values_list("checkpoint__size", flat=True)
    held = Counter(f"checkpoint:{size}" for size in sizes)
    for target in sorted(logged.keys() | held.keys()):
        if logged[target] != held[target]:
            told = _("%(logged)d chữ ký thêm đã vào sổ, nay có %(held)d")
            report.add("countersignature-missing", target, told % {"logged": logged[target], "held": held[target]})


def check_audit(report: Report) -> None:
    """Add to a report every audit record that is gone or altered, and every kept value that does not fit its seal."""
    records = AuditRecord.objects.select_related("entry", "detail").order_by("id")
    for record in records.iterator(chunk_size=2000):
        place = f"audit {record.pk}"
        try:
            said = json.loads(record.entry.payload)
        except ValueError:
            said = {}
        here = {
            "verb": record.verb,
            "actor": record.actor_code,
            "target": record.target,
            "at": stamp(record.at),
            "detail": record.detail_hash,
        }
        there = {**said, "target": str(said.get("target", ""))[:200]} if isinstance(said, dict) else {}
        if differing := sorted(name for name in here if here[name] != there.get(name)):
            report.add("audit-record-altered", place, _("khác với sổ ở: %s") % ", ".join(differing))
        detail = getattr(record, "detail", None)
        if detail is not None:
            if not fits_seal(detail):
                report.add("audit-detail-altered", place, _("giá trị trước và sau không khớp niêm phong"))
            elif json.loads(detail.values)["actor_name"] != record.actor_name:
                report.add("audit-record-altered", place, _("khác với sổ ở: %s") % "actor_name")
    for entry_id in Entry.objects.filter(kind="audit", auditrecord=None).order_by("id").values_list("id", flat=True):
        report.add("audit-record-missing", f"entry {entry_id}", _("bản ghi kiểm toán của mục này không còn"))
