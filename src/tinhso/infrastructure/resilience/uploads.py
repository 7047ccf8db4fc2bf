"""The pages that import risk groups and reliability, as the command does."""

from __future__ import annotations

from tinhso.files.uploaders import Given, Group, ImportForm, Report, Uploader, by_table, uploaders
from tinhso.foundation.text import Text
from tinhso.infrastructure.resilience.commands import import_csv
from tinhso.infrastructure.resilience.csv_files import GROUPS, IMPORTERS, LARGEST, RELIABILITY
from tinhso.infrastructure.resilience.models import Reliability, SharedRiskGroup

TITLES: dict[type, Text] = {
    SharedRiskGroup: Text("Nhóm rủi ro chung", "Shared risk groups"),
    Reliability: Text("Độ tin cậy", "Reliability"),
}


def _read(kind: str, given: Given) -> Report:
    done = import_csv(
        actor=given.actor, kind=kind, raw=given.path.read_bytes(), source_name=given.name, dry_run=given.dry_run
    )
    groups = [Group("", "", by_table(done.diff, TITLES))]
    return Report.of(done.diff, [], done.batch, groups, dry_run=given.dry_run)


def _declare(kind: str, slug: str, lead: Text) -> None:
    uploaders.add(
        IMPORTERS[kind],
        Uploader(
            code=IMPORTERS[kind],
            slug=slug,
            lead=lead,
            form=ImportForm,
            read=lambda given: _read(kind, given),
            largest=lambda: LARGEST,
            at_once=lambda: LARGEST,
            command=f"tinhso import_resilience {kind}",
        ),
    )


_declare(
    GROUPS,
    "nhom-rui-ro",
    Text(
        "Nhóm rủi ro chung dạng CSV: mỗi dòng một đoạn cáp hoặc nút của một nhóm (network, code, name, kind, element, "
        "id, valid_from, source).",
        "Shared risk groups as CSV: one row per span or node of a group (network, code, name, kind, element, id, "
        "valid_from, source).",
    ),
)
_declare(
    RELIABILITY,
    "do-tin-cay",
    Text(
        "Độ tin cậy dạng CSV: mỗi dòng một phần tử hoặc một loại phần tử (network, target, subject, mtbf_hours, "
        "mttr_minutes, per_km, valid_from, source).",
        "Reliability as CSV: one row per element or sort of element (network, target, subject, mtbf_hours, "
        "mttr_minutes, per_km, valid_from, source).",
    ),
)
