"""What every importer's command line says: progress, findings with their place, the diff, and how to take it back."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Sequence

from django.core.management.base import CommandError, OutputWrapper
from django.utils.translation import gettext as _

from tinhso.files.imports import Diff, Finding, ImportRefused, undo_last_import
from tinhso.files.models import ImportBatch
from tinhso.foundation.errors import Problem
from tinhso.proof.audit import SYSTEM

SHOWN = 50


def add_import_arguments(parser: ArgumentParser) -> None:
    """`--dry-run` and `--undo`, the same for every importer."""
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument("--undo", action="store_true", help="take back the last import of this kind")
    parser.add_argument("--all", action="store_true", help=f"show every line, not only the first {SHOWN}")


def _lines(out: OutputWrapper, lines: Sequence[str], everything: bool) -> None:
    for line in lines if everything else lines[:SHOWN]:
        out.write(f"  {line}")
    if len(lines) > SHOWN and not everything:
        out.write("  " + _("… và %(number)d dòng nữa (xem hết: --all)") % {"number": len(lines) - SHOWN})


def tell_findings(out: OutputWrapper, findings: Sequence[Finding], everything: bool = False) -> None:
    """Each finding with its place and how to mend it, faults first."""
    for fatal, title in ((True, _("Lỗi")), (False, _("Lưu ý"))):
        lines = [
            " · ".join(part for part in (finding.place, finding.reason, finding.mend) if part)
            for finding in findings
            if finding.fatal == fatal
        ]
        if lines:
            out.write(f"{title}: {len(lines)}")
            _lines(out, lines, everything)


def tell_diff(out: OutputWrapper, diff: Diff, batch: ImportBatch | None, *, dry_run: bool, everything: bool) -> None:
    """What changed or would change."""
    told = {
        "added": len(diff.added),
        "changed": len(diff.changed),
        "removed": len(diff.removed),
        "unchanged": diff.unchanged,
    }
    out.write(_("Thêm %(added)d, sửa %(changed)d, bỏ %(removed)d, giữ nguyên %(unchanged)d dòng.") % told)
    if dry_run:
        _lines(out, diff.lines(), everything)
        out.write(_("Chạy thử: chưa ghi gì."))
    elif batch is None:
        out.write(_("Không có gì thay đổi."))
    else:
        out.write(_("Đã ghi, lần nhập %(batch)s. Hoàn tác: cùng lệnh với --undo.") % {"batch": batch.id})


def run_import(out: OutputWrapper, importer: str, options: dict, work: Callable[[], None]) -> None:
    """Do the work or the undo; a refusal becomes a plain message and exit status 1."""
    try:
        if options["undo"]:
            batch = undo_last_import(actor=SYSTEM, importer=importer)
            told = {"name": batch.source_name, "at": f"{batch.at:%Y-%m-%d %H:%M}"}
            out.write(_("Đã hoàn tác lần nhập “%(name)s” lúc %(at)s.") % told)
            return
        work()
    except ImportRefused as refused:
        tell_findings(out, refused.findings, options["all"])
        raise CommandError(str(refused.what)) from refused
    except Problem as problem:
        raise CommandError(str(problem)) from problem
