"""Agreements and reviews as PDF and spreadsheets, each figure with its measurement, with the log's checkpoint."""

from __future__ import annotations

from datetime import UTC, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation import pdf, xlsx
from tinhso.foundation.dates import VIETNAM
from tinhso.programme import history, words
from tinhso.programme.queries import AgreementView, Standpoint
from tinhso.programme.reviews import Signing
from tinhso.proof.queries import latest_checkpoint

TEMPLATES = Path(__file__).parent / "typst"


def _checkpoint() -> str:
    """The log's newest signed state in one line; figures measured after it are not in it yet."""
    found = latest_checkpoint()
    if found is None:
        return _("Sổ chứng cứ chưa có điểm kiểm.")
    return _("Sổ chứng cứ: %(size)s mục, gốc %(root)s.") % {"size": found.size, "root": found.root}


def _moment(day: Any) -> datetime:
    return datetime.combine(day, time(), UTC)


def agreement_pdf(view: AgreementView, language: str) -> bytes:
    """PDF/A-2b of an agreement as of a day."""
    head, progress = view.agreement, view.progress
    data = {
        "language": language,
        "title": str(head.title),
        "subtitle": _("Tình trạng tại ngày %(day)s") % {"day": words.day_text(view.day)},
        "facts": [
            [_("Các bên"), "; ".join(str(party.title) for party in view.parties)],
            [_("Kỳ"), f"{words.day_text(head.period_from)} – {words.day_text(head.period_to)}"],
            [_("Ngày ký"), head.signed_on or _("chưa rõ")],
            [_("Nguồn"), str(head.source)],
            [
                _("Người được nêu tên"),
                "; ".join(f"{person.name}, {person.position} ({person.capacity_title})" for person in view.signatories),
            ],
            [_("Văn bản đã ký, SHA-256"), head.signed_file_sha256 or _("chưa có")],
        ],
        "summary": _("%(measurable)s trên %(total)s cam kết đo được; trọng số đạt %(met)s trên %(weights)s đo được.")
        % {
            "measurable": view.measurable,
            "total": progress.total,
            "met": progress.met,
            "weights": progress.measurable,
        },
        "note": str(head.note),
        "heads": [_("Cam kết"), _("Chỉ tiêu"), _("Đo được"), _("Bên báo"), _("Thẩm định"), _("Tình trạng")],
        "groups": [
            {"title": str(pillar.pillar.title), "rows": [_agreement_row(item) for item in pillar.items]}
            for pillar in view.pillars
        ],
        "foot": _checkpoint(),
    }
    return pdf.render(TEMPLATES / "agreement.typ", data, moment=_moment(view.day))


def _measured(item: Standpoint) -> str:
    if item.measurement is None:
        return "—"
    return _("%(value)s ngày %(day)s (phép đo số %(id)s)") % {
        "value": words.value_text(item.measurement.fraction, item.unit),
        "day": words.day_text(item.measurement.as_of),
        "id": item.measurement.pk,
    }


def _agreement_row(item: Standpoint) -> list[str]:
    return [
        str(item.commitment.text),
        words.target_text(item),
        _measured(item),
        "; ".join(f"{said.claim.side_title}: {words.value_text(said.claim.value, item.unit)}" for said in item.said)
        or "—",
        "; ".join(words.value_text(said.appraisal.value, item.unit) for said in item.said if said.appraisal) or "—",
        f"{words.STATES[item.status.state]}. {words.reason_text(item)}",
    ]


def review_pdf(signing: Signing, language: str) -> bytes:
    """PDF/A-2b of a review: its findings, its content's SHA-256, and who signed exactly that."""
    content, review = signing.fields, signing.review
    last = max((row.signed_at for row in signing.signatures), default=review.recorded_at)
    data = {
        "language": language,
        "title": content["title"][language],
        "subtitle": content["agreement"]["title"][language],
        "state": str(signing.state_title),
        "demonstration": _("Bản minh họa, không phải văn bản của các bên.") if content["demonstration"] else "",
        "facts": [
            [_("Kỳ"), " – ".join(words.day_text(_day(text)) for text in content["period"])],
            *([str(side), name] for side, name in history.party_names(content)),
        ],
        "summary": content["summary"],
        "heads": [_("Cam kết"), _("Chỉ tiêu"), _("Đo được"), _("Bên báo"), _("Thẩm định"), _("Tình trạng")],
        "rows": [_review_row(row) for row in history.readable(content, language)],
        "signatures_title": _("Chữ ký"),
        "signatures": [
            {
                "side": str(row.side_title),
                "agency": row.agency_name,
                "name": row.signer_name,
                "position": row.position,
                "at": _("ký lúc %(at)s, mục sổ số %(entry)s")
                % {"at": row.signed_at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y"), "entry": row.entry_id},
            }
            for row in signing.signatures
        ],
        "unsigned": _("Chưa bên nào ký nội dung này."),
        "hash": _("SHA-256 của nội dung: %(sha256)s") % {"sha256": signing.sha256},
        "foot": _checkpoint(),
    }
    return pdf.render(TEMPLATES / "review.typ", data, moment=last.astimezone(UTC))


def _day(text: str) -> Any:
    return datetime.fromisoformat(text).date()


def _review_row(row: dict[str, Any]) -> dict[str, Any]:
    measured = row["measured"]
    if row["measurement"]:
        measured = _("%(value)s ngày %(day)s (phép đo số %(id)s)") % {
            "value": measured,
            "day": row["measured_on"],
            "id": row["measurement"],
        }
    target = row["target"] if row["due"] == "—" else f"{row['target']} ({row['due']})"
    return {
        "cells": [row["text"], target, measured, row["claimed"], row["appraised"], row["state_title"]],
        "notes": [
            f"{label}: {row[key]}"
            for label, key in (
                (_("Lý do thẩm định"), "reason"),
                (_("Nhận xét"), "finding"),
                (_("Việc phải làm"), "action"),
            )
            if row[key]
        ],
    }


def _heads() -> list[str]:
    return [
        _("Mã"),
        _("Cam kết"),
        _("Cơ quan chịu trách nhiệm"),
        _("Chỉ số"),
        _("Chỉ tiêu"),
        _("Thời hạn"),
        _("Đo được"),
        _("Tử số"),
        _("Mẫu số"),
        _("Ngày đo"),
        _("Phép đo số"),
        _("Bên báo"),
        _("Thẩm định"),
        _("Tình trạng"),
        _("Giải thích"),
    ]


WIDTHS = (18, 44, 30, 34, 12, 12, 12, 10, 10, 12, 10, 12, 12, 18, 60)


def agreement_xlsx(view: AgreementView) -> bytes:
    """A workbook of an agreement as of a day: its commitments, and what it rests on."""
    head = view.agreement
    rows = [_xlsx_row(item) for item in view.items]
    about: list[list[xlsx.Value]] = [
        [_("Thỏa thuận"), str(head.title)],
        [_("Tại ngày"), view.day],
    ]
    about += [[str(party.side_title), str(party.title)] for party in view.parties]
    about.append([_("Sổ chứng cứ"), _checkpoint()])
    return xlsx.write(
        [
            xlsx.Sheet(_("Cam kết"), _heads(), rows, WIDTHS),
            xlsx.Sheet(_("Thông tin"), [_("Mục"), _("Nội dung")], about, (24, 90)),
        ]
    )


def _shown(value: Fraction | None, unit: str) -> xlsx.Value:
    if value is None or unit == "share":
        return value
    return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _xlsx_row(item: Standpoint) -> list[xlsx.Value]:
    promised, measured = item.commitment, item.measurement
    said = item.said[-1] if item.said else None
    return [
        promised.uid,
        str(promised.text),
        str(promised.owner),
        promised.indicator,
        _shown(promised.target, item.unit),
        promised.due,
        _shown(measured.fraction, item.unit) if measured else None,
        measured.numerator if measured else None,
        measured.denominator if measured else None,
        measured.as_of if measured else None,
        measured.pk if measured else None,
        _shown(said.claim.value, item.unit) if said else None,
        _shown(said.appraisal.value, item.unit) if said and said.appraisal else None,
        str(words.STATES[item.status.state]),
        words.reason_text(item),
    ]


def review_xlsx(signing: Signing, language: str) -> bytes:
    """A workbook of a review: findings, signatures, and the SHA-256 of what was signed."""
    content = signing.fields
    findings = [
        [
            row["commitment"],
            row["text"],
            row["target"],
            row["due"],
            row["measured"],
            row["measured_on"],
            row["measurement"],
            row["claimed"],
            row["appraised"],
            row["reason"],
            row["state_title"],
            row["finding"],
            row["action"],
        ]
        for row in history.readable(content, language)
    ]
    heads = [
        _("Mã"),
        _("Cam kết"),
        _("Chỉ tiêu"),
        _("Thời hạn"),
        _("Đo được"),
        _("Ngày đo"),
        _("Phép đo số"),
        _("Bên báo"),
        _("Thẩm định"),
        _("Lý do thẩm định"),
        _("Tình trạng"),
        _("Nhận xét"),
        _("Việc phải làm"),
    ]
    about: list[list[xlsx.Value]] = [
        [_("Kỳ rà soát"), content["title"][language]],
        [_("Thỏa thuận"), content["agreement"]["title"][language]],
        [_("Nhận xét chung"), content["summary"]],
        [_("Tình trạng ký"), str(signing.state_title)],
        ["SHA-256", signing.sha256],
    ]
    about += [
        [
            str(row.side_title),
            f"{row.signer_name}, {row.position}, {row.agency_name}, {row.signed_at.astimezone(VIETNAM):%d/%m/%Y}",
        ]
        for row in signing.signatures
    ]
    about.append([_("Sổ chứng cứ"), _checkpoint()])
    return xlsx.write(
        [
            xlsx.Sheet(_("Rà soát"), heads, findings, (18, 44, 12, 12, 12, 12, 10, 12, 12, 40, 18, 50, 50)),
            xlsx.Sheet(_("Thông tin"), [_("Mục"), _("Nội dung")], about, (24, 90)),
        ]
    )
