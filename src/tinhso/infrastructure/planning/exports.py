"""A plan on paper and in spreadsheets. Single spans and nodes only for those who may see exact routes."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.foundation import pdf, xlsx
from tinhso.infrastructure.planning.models import METHODS, PlanResult
from tinhso.infrastructure.planning.quantities import Line, bill, total
from tinhso.infrastructure.planning.reading import PhaseView, PlanView
from tinhso.infrastructure.planning.wording import CHECKS, SOLVED, dong
from tinhso.proof.queries import latest_checkpoint

TEMPLATES = Path(__file__).parent / "typst"


def bill_xlsx(view: PlanView, *, exact: bool) -> bytes:
    """A workbook: the bill of quantities by phase, who gains, what it rests on; with `exact` each span and node too."""
    sheets = [xlsx.Sheet(_("Khối lượng"), _heads(), list(_rows(view)), (10, 44, 14, 8, 18, 20))]
    if exact:
        sheets += [_spans(view), _nodes(view)]
    sheets.append(
        xlsx.Sheet(
            _("Được lợi"),
            [_("Đợt"), _("Loại"), _("Mã"), _("Tên"), _("Người")],
            [
                [phase.phase.number, str(gain.kind_title), gain.key, gain.name, gain.people]
                for phase in view.phases
                for gain in phase.gains
                if exact or gain.kind != "node"
            ],
            (8, 12, 24, 44, 12),
        )
    )
    about: list[list[xlsx.Value]] = [[label, value] for label, value in facts(view)]
    sheets.append(xlsx.Sheet(_("Căn cứ"), [_("Mục"), _("Nội dung")], about, (34, 90)))
    return xlsx.write(sheets)


def _heads() -> list[str]:
    return [_("Đợt"), _("Hạng mục"), _("Khối lượng"), _("Đơn vị"), _("Đơn giá (đồng)"), _("Thành tiền (đồng)")]


def _rows(view: PlanView) -> list[list[xlsx.Value]]:
    rows: list[list[xlsx.Value]] = []
    for phase in view.phases:
        lines = bill(phase.phase, view.plan.cost_model)
        rows += [_row(phase, line) for line in lines]
        rows.append([phase.phase.number, _("Cộng đợt"), None, "", None, total(lines)])
    rows.append([None, _("Tổng cộng"), None, "", None, sum(phase.phase.cost for phase in view.phases)])
    return rows


def _row(phase: PhaseView, line: Line) -> list[xlsx.Value]:
    unit = "" if line.unit is None else str(line.unit)
    return [phase.phase.number, str(line.title), line.quantity, unit, line.price, line.amount]


def _spans(view: PlanView) -> xlsx.Sheet:
    heads = [_("Đợt"), _("Mã đoạn"), _("Từ nút"), _("Đến nút"), _("Cách lắp đặt"), _("Mét")]
    heads += [_("Vượt sông"), _("Vượt đường"), _("Vượt đường sắt"), _("Giá gốc (đồng)"), "WKT"]
    rows: list[list[xlsx.Value]] = [
        [
            phase.phase.number,
            span.span_id,
            span.start_id,
            span.end_id,
            str(METHODS[span.method].title),
            span.length_m,
            span.rivers,
            span.roads,
            span.rails,
            span.cost,
            wkt(span.points),
        ]
        for phase in view.phases
        for span in phase.phase.built_spans.all()
    ]
    return xlsx.Sheet(_("Đoạn cáp"), heads, rows, (8, 22, 22, 22, 22, 10, 10, 10, 10, 18, 60))


def _nodes(view: PlanView) -> xlsx.Sheet:
    heads = [_("Đợt"), _("Mã nút"), _("Tên"), _("Mã đơn vị"), _("Vĩ độ"), _("Kinh độ")]
    rows: list[list[xlsx.Value]] = [
        [phase.phase.number, node.node_id, node.name, node.unit_code, degrees(node.lat_e7), degrees(node.lon_e7)]
        for phase in view.phases
        for node in phase.phase.nodes.all()
    ]
    return xlsx.Sheet(_("Nút mới"), heads, rows, (8, 22, 34, 12, 14, 14))


def degrees(e7: int) -> str:
    """1e-7 degree as decimal text."""
    sign, whole = "-" if e7 < 0 else "", abs(e7)
    return f"{sign}{whole // 10**7}.{whole % 10**7:07d}"


def wkt(points: str) -> str:
    """A stored line as WKT, longitude first."""
    return f"LINESTRING ({', '.join(f'{degrees(lon)} {degrees(lat)}' for lat, lon in json.loads(points))})"


def facts(view: PlanView) -> list[tuple[str, str]]:
    """What a plan asked and what its answer rests on."""
    plan, result = view.plan, view.result
    found = [
        (_("Câu hỏi"), view.question),
        (_("Mạng"), f"{plan.network.name} ({plan.network.uuid})"),
        (_("Hiện trạng ngày"), f"{plan.day:%d/%m/%Y}"),
        (_("Bảng giá"), f"{plan.cost_model.title}. {plan.cost_model.source}"),
        (_("Tuyến ứng viên"), view.candidates),
    ]
    if result is not None:
        found += [
            (_("Chi phí theo giá gốc"), _("%(dong)s đồng") % {"dong": dong(result.cost)}),
            (_("Cận đã chứng minh"), view.bound_text),
            (_("Bài toán đã giải"), str(SOLVED.get(result.solved, result.solved))),
            (
                _("Kiểm tra độc lập"),
                _("đạt: %(checks)s")
                % {"checks": ", ".join(str(CHECKS.get(name, name)) for name in json.loads(result.checks))},
            ),
            (_("SHA-256 của bài toán"), view.run.problem_sha256 if view.run else ""),
            (_("SHA-256 của tập ứng viên"), result.edges_sha256),
        ]
    return found


def plan_pdf(view: PlanView, language: str) -> bytes:
    """PDF/A-2b of a plan: its question, cost, bound, phases and quantities; no exact routes."""
    checkpoint = latest_checkpoint()
    foot = (
        _("Sổ chứng cứ: %(size)s mục, gốc %(root)s.") % {"size": checkpoint.size, "root": checkpoint.root}
        if checkpoint
        else _("Sổ chứng cứ chưa có điểm kiểm.")
    )
    result: PlanResult | None = view.result
    data = {
        "language": language,
        "title": view.plan.title,
        "subtitle": view.question,
        "demonstration": _("Mạng hoặc bảng giá trình diễn: không phải số liệu chính thức.")
        if view.demonstration
        else "",
        "facts": [list(item) for item in facts(view)],
        "heads": _heads()[1:],
        "phases": [
            {
                "title": f"{phase.title} · {phase.state.title}",
                "summary": phase.summary,
                "rows": [
                    [
                        str(line.title),
                        dong(line.quantity) if line.quantity is not None else "",
                        "" if line.unit is None else str(line.unit),
                        dong(line.price) if line.price is not None else "",
                        dong(line.amount),
                    ]
                    for line in bill(phase.phase, view.plan.cost_model)
                ],
                "total": [_("Cộng đợt"), "", "", "", dong(phase.phase.cost)],
            }
            for phase in view.phases
        ],
        "empty": _("Không có gì phải xây.") if result is not None and not view.phases else "",
        "foot": foot,
    }
    moment = (view.run.ended_at if view.run else None) or view.plan.at
    return pdf.render(TEMPLATES / "plan.typ", data, moment=moment.astimezone(UTC))
