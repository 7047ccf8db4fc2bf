"""Writes of coverage: bringing measurements in, setting the level of service."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.imports import Diff, Finding, ImportRefused, Plan, apply_import, compare
from tinhso.files.models import ImportBatch
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.coverage.importers import SPEED_TESTS
from tinhso.infrastructure.coverage.models import ServiceLevel, SpeedTest
from tinhso.infrastructure.coverage.speed_csv import TestRow, read_speed_csv
from tinhso.infrastructure.network.placement import OUTSIDE
from tinhso.places.queries import locate
from tinhso.places.state import generation, snapshot
from tinhso.proof.audit import Actor, command, note

LARGEST = 50 * 2**20


@dataclass
class Outcome:
    """What an import did, or with `dry_run` would do; `batch` is None when nothing was written."""

    diff: Diff
    findings: list[Finding] = field(default_factory=list)
    batch: ImportBatch | None = None


def import_speed_tests(
    *,
    actor: Actor,
    content: bytes,
    source_name: str,
    publisher: str,
    demonstration: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Record the measurements of one publisher's CSV file, each in the commune of its day.

    Raises ImportRefused with every finding. Repeating changes nothing; a test seen again with other values replaces
    the former; tests absent from the file stay.
    """
    publisher = publisher.strip()
    if not publisher or len(publisher) > 100:
        raise Invalid(_("Thiếu tên đơn vị đo, hoặc tên dài quá 100 ký tự."), place="publisher")
    if len(content) > LARGEST:
        raise Invalid(
            _("Tệp quá lớn: %(size)d MB, giới hạn %(limit)d MB.")
            % {"size": len(content) // 2**20, "limit": LARGEST // 2**20},
            place=source_name,
            mend=_("Chia tệp theo tháng."),
            status=413,
        )
    read, findings = read_speed_csv(content)
    wanted = list(_placed(read, publisher, demonstration, findings))
    if any(finding.fatal for finding in findings):
        raise ImportRefused(findings)

    def plan() -> Iterable[Plan]:
        ids = {row.test_id for row in wanted}
        held = SpeedTest.objects.known_at().filter(publisher=publisher)
        return [Plan(("test_id",), [row for row in held.iterator() if row.test_id in ids], wanted)]

    if dry_run:
        return Outcome(compare(plan()), findings)
    batch, diff = apply_import(
        actor=actor,
        importer=SPEED_TESTS,
        source_name=source_name,
        source_sha256=hashlib.sha256(content).hexdigest(),
        plan=plan,
    )
    return Outcome(diff, findings, batch)


def _placed(rows: list[TestRow], publisher: str, demonstration: bool, findings: list[Finding]) -> Iterable[SpeedTest]:
    """Each test in the unit of its day; a test outside the loaded units is left out and said so."""
    by_day: dict[date, list[TestRow]] = {}
    for row in rows:
        by_day.setdefault(row.day, []).append(row)
    for day, group in sorted(by_day.items()):
        known = snapshot(generation(day)).by_code
        pointed = [row for row in group if row.point is not None]
        spots = dict(zip((row.place for row in pointed), locate([row.point for row in pointed], day), strict=True))
        for row in group:
            if row.point is None:
                unit = known.get(row.unit_code)
                uid, placed = (unit.uid, "code") if unit else (None, "")
                if uid is None:
                    told = _("Ngày %(day)s không có đơn vị mã %(code)s.") % {"day": day, "code": row.unit_code[:20]}
                    findings.append(Finding(f"{row.place}, unit_code", told, _("Dùng mã có hiệu lực vào ngày đo.")))
                    continue
            else:
                spot = spots[row.place]
                uid, placed = spot.uid, spot.method
                if uid is None or placed == OUTSIDE:
                    told = _("Nơi đo nằm ngoài các đơn vị đã nạp: dòng này không được nhập.")
                    mend = _("Nạp đơn vị hành chính của nơi ấy trước.")
                    findings.append(Finding(f"{row.place}, lat, lon", told, mend, fatal=False))
                    continue
            yield SpeedTest(
                publisher=publisher,
                test_id=row.test_id,
                valid_from=day,
                unit_uid=uid,
                placed=placed,
                download_kbps=row.download_kbps,
                upload_kbps=row.upload_kbps,
                latency_us=row.latency_us,
                demonstration=demonstration,
            )


@command("coverage.set_level")
def set_level(
    *,
    actor: Actor,
    valid_from: date,
    download_mbps: int,
    upload_mbps: int,
    latency_ms: int,
    share_percent: int,
    basis: str,
    demonstration: bool = False,
) -> ServiceLevel:
    """From a day on, what a connection must reach, and in which share of a unit's tests (percent).

    It holds until the day the next level begins. Setting it again for the same day corrects it; history stays.
    """
    for place, value, most in (
        ("download_mbps", download_mbps, 1_000_000),
        ("upload_mbps", upload_mbps, 1_000_000),
        ("latency_ms", latency_ms, 60_000),
        ("share_percent", share_percent, 100),
    ):
        if not 1 <= value <= most:
            told = _("Giá trị phải từ 1 đến %(most)d.") % {"most": most}
            raise Invalid(told, place=place, mend=_("Nhập số nguyên trong khoảng ấy."))
    if not basis.strip():
        raise Invalid(_("Thiếu căn cứ."), place="basis", mend=_("Ghi quyết định hoặc tiêu chuẩn mà mức này dựa vào."))
    held = ServiceLevel.objects.select_for_update().known_at()
    later = held.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    made = ServiceLevel(
        valid_from=valid_from,
        valid_to=later.valid_from if later else None,
        download_kbps=download_mbps * 1000,
        upload_kbps=upload_mbps * 1000,
        latency_us=latency_ms * 1000,
        share_permille=share_percent * 10,
        basis=basis.strip()[:500],
        demonstration=demonstration,
        set_by=actor.code,
        set_by_name=actor.name,
    )
    moment = timezone.now()
    for old in held.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), valid_from__lte=valid_from):
        ServiceLevel.objects.filter(pk=old.pk).supersede(moment)
        if old.valid_from != valid_from:
            ended = old.again(valid_to=valid_from)
            ended.recorded_at = moment
            ended.save()
    made.recorded_at = moment
    made.save()
    note(
        target=f"service-level:{valid_from}",
        after={
            "download_mbps": download_mbps,
            "upload_mbps": upload_mbps,
            "latency_ms": latency_ms,
            "share_percent": share_percent,
            "basis": made.basis,
        },
    )
    return made
