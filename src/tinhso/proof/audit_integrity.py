"""Audit records against the log: each record must say what its entry says, each sealed value what its hash says."""

import hashlib
import json

from django.utils.translation import gettext as _

from tinhso.foundation.dates import stamp
from tinhso.proof.faults import Report
from tinhso.proof.models import AuditRecord, Entry


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
            sealed = hashlib.sha256(f"{detail.salt}{detail.values}".encode()).hexdigest()
            if sealed != record.detail_hash:
                report.add("audit-detail-altered", place, _("giá trị trước và sau không khớp niêm phong"))
    for entry_id in Entry.objects.filter(kind="audit", auditrecord=None).order_by("id").values_list("id", flat=True):
        report.add("audit-record-missing", f"entry {entry_id}", _("bản ghi kiểm toán của mục này không còn"))
