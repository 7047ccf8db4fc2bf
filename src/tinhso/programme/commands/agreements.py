"""Editing an agreement and its commitments. Nothing is overwritten: a change records a new version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.stored import Readable, store
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.versioned import Versioned
from tinhso.identity.queries import agencies_by_uid
from tinhso.measures.contract import indicators
from tinhso.programme.models import COMPARATORS, Agreement, Commitment, Pillar
from tinhso.programme.sides import Standing
from tinhso.programme.values import parse_value
from tinhso.proof.audit import Actor, command, note, nothing_changed

Row = TypeVar("Row", Agreement, Commitment)
_SIGNED_ON = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True)
class CommitmentValues:
    """What a programme officer may say of a commitment; empty text means "not said"."""

    pillar: str
    text_vi: str
    text_en: str
    quote: str = ""
    reading_vi: str = ""
    reading_en: str = ""
    owner_uid: str = ""
    indicator: str = ""
    comparator: str = ""
    target: str = ""
    due: date | None = None
    weight: int = 1
    headline: bool = False


def _stale(row: Versioned | None, version: int | None, place: str) -> None:
    if row is not None and row.pk != version:
        raise Conflict(
            _("Có người đã sửa trong lúc bạn đang soạn."),
            place=place,
            mend=_("Mở lại trang, xem bản mới rồi sửa tiếp."),
        )


def _told(row: Versioned | None) -> dict:
    """A row's facts as canonical values."""
    if row is None:
        return {}
    return {
        key: value if isinstance(value, str | int | bool | None) else str(value) for key, value in row.facts().items()
    }


def check_signed_on(text: str) -> None:
    """Invalid unless a year, a month or a day that exists."""
    filled = text + "-01-01"[len(text) - 4 :] if _SIGNED_ON.fullmatch(text) else ""
    try:
        date.fromisoformat(filled or "-")
    except ValueError:
        raise Invalid(
            _("Ngày ký “%(text)s” không đúng dạng.") % {"text": text[:20]},
            place="signed_on",
            mend=_("Ghi 2021, 2021-03 hoặc 2021-03-09, chính xác đến đâu ghi đến đó."),
        ) from None


@command("programme.save_agreement")
def save_agreement(
    *,
    actor: Actor,
    by: Standing,
    version: int,
    title_vi: str,
    title_en: str,
    period_from: date,
    period_to: date,
    signed_on: str,
    note_vi: str = "",
    note_en: str = "",
    signed_file: tuple[Readable, str] | None = None,
) -> Agreement:
    """Correct an agreement's head; `signed_file` (content and name) is kept and made public.

    Conflict when someone changed it since `version` was shown.
    """
    row = Agreement.objects.known_at().select_for_update().get(uid=by.agreement)
    _stale(row, version, by.agreement)
    if period_to < period_from:
        raise Invalid(_("Kỳ kết thúc trước khi bắt đầu."), place="period_to", mend=_("Đổi một trong hai ngày."))
    if signed_on:
        check_signed_on(signed_on)
    stored = store(actor=actor, content=signed_file[0], name=signed_file[1], public=True) if signed_file else None
    new = row.again(
        title_vi=title_vi,
        title_en=title_en,
        period_from=period_from,
        period_to=period_to,
        signed_on=signed_on,
        note_vi=note_vi,
        note_en=note_en,
        signed_file=stored.uid if stored else row.signed_file,
        signed_file_sha256=stored.sha256 if stored else row.signed_file_sha256,
    )
    return _replace(row, new, f"agreement:{row.uid}")


def _replace(row: Row, new: Row, target: str) -> Row:
    if row.facts() == new.facts():
        nothing_changed()
        return row
    moment = timezone.now()
    type(row).objects.filter(pk=row.pk).supersede(moment)
    new.recorded_at = moment
    new.save()
    note(target=target, before=_told(row), after=_told(new))
    return new


def _target(values: CommitmentValues) -> dict:
    if bool(values.comparator) != bool(values.target):
        raise Invalid(
            _("Chỉ tiêu cần cả phép so sánh và giá trị."),
            place="target",
            mend=_("Điền cả hai, hoặc để trống cả hai nếu văn bản không nêu."),
        )
    if not values.target:
        return {"comparator": "", "target_numerator": None, "target_denominator": None}
    if values.comparator not in COMPARATORS:
        raise Invalid(_("Không có phép so sánh này."), place="comparator", mend=", ".join(COMPARATORS))
    numerator, denominator = parse_value(values.target, "target")
    return {"comparator": values.comparator, "target_numerator": numerator, "target_denominator": denominator}


def _owner(uid: str) -> dict:
    if not uid:
        return {"owner_uid": "", "owner_vi": "", "owner_en": ""}
    agency = agencies_by_uid([uid]).get(uid)
    if agency is None:
        raise Invalid(
            _("Không có cơ quan “%(uid)s”.") % {"uid": uid}, place="owner_uid", mend=_("Chọn trong danh sách.")
        )
    return {"owner_uid": uid, "owner_vi": agency.name, "owner_en": agency.name_en or agency.name}


def _facts(agreement: str, values: CommitmentValues) -> dict:
    if not values.text_vi.strip() or not values.text_en.strip():
        raise Invalid(_("Cam kết cần lời bằng cả hai thứ tiếng."), place="text_vi", mend=_("Điền cả hai ô."))
    if not Pillar.objects.known_at().filter(uid=values.pillar, agreement=agreement).exists():
        raise Invalid(_("Không có trụ cột này trong thỏa thuận."), place="pillar", mend=_("Chọn trong danh sách."))
    if values.indicator and values.indicator not in indicators:
        raise Invalid(
            _("Không có chỉ số “%(id)s”.") % {"id": values.indicator},
            place="indicator",
            mend=_("Chọn một chỉ số đã đăng ký, hoặc để trống."),
        )
    if not 1 <= values.weight <= 1000:
        raise Invalid(_("Trọng số từ 1 đến 1000."), place="weight", mend=_("Ghi một số nguyên trong khoảng đó."))
    return {
        "agreement": agreement,
        "pillar": values.pillar,
        "text_vi": values.text_vi.strip(),
        "text_en": values.text_en.strip(),
        "quote": values.quote.strip(),
        "reading_vi": values.reading_vi.strip(),
        "reading_en": values.reading_en.strip(),
        "indicator": values.indicator,
        "due": values.due,
        "weight": values.weight,
        "headline": values.headline,
        **_target(values),
        **_owner(values.owner_uid),
    }


def _last(by: Standing, uid: str) -> Commitment:
    rows = Commitment.objects.known_at().select_for_update().filter(uid=uid, agreement=by.agreement)
    row = rows.order_by("valid_from").last()
    if row is None:
        raise Invalid(_("Không có cam kết này trong thỏa thuận."), place=uid)
    return row


@command("programme.save_commitment")
def save_commitment(
    *,
    actor: Actor,
    by: Standing,
    values: CommitmentValues,
    uid: str | None = None,
    version: int | None = None,
    effective: date | None = None,
) -> Commitment:
    """Add a commitment (no `uid`), correct its last version, or change it from a day on (`effective`).

    A commitment that names no indicator, target, day or owner is accepted: it is then shown as not measurable.
    """
    facts = _facts(by.agreement, values)
    if uid is None:
        head = Agreement.objects.known_at().get(uid=by.agreement)
        order = Commitment.objects.filter(pillar=values.pillar).count() + 1
        row = Commitment(uid=f"c-{uuid4().hex[:10]}", order=order, valid_from=effective or head.period_from, **facts)
        row.save()
        note(target=f"commitment:{row.uid}", after=_told(row))
        return row
    old = _last(by, uid)
    _stale(old, version, uid)
    new = old.again(**facts)
    if effective is None or old.valid_from == effective:
        return _replace(old, new, f"commitment:{uid}")
    _within(old, effective)
    moment = timezone.now()
    Commitment.objects.filter(pk=old.pk).supersede(moment)
    before = old.again(valid_to=effective)
    before.recorded_at = new.recorded_at = moment
    before.save()
    new.valid_from = effective
    new.save()
    note(target=f"commitment:{uid}", before=_told(old), after=_told(new))
    return new


def _within(row: Commitment, day: date) -> None:
    if (row.valid_from and day <= row.valid_from) or (row.valid_to and day >= row.valid_to):
        raise Invalid(
            _("Ngày %(day)s nằm ngoài thời gian hiệu lực của bản này.") % {"day": day.isoformat()},
            place="effective",
            mend=_("Chọn ngày sau %(day)s.") % {"day": row.valid_from},
        )


@command("programme.end_commitment")
def end_commitment(*, actor: Actor, by: Standing, uid: str, version: int, day: date, reason: str) -> Commitment:
    """A commitment is no longer in force from a day on; what it was before can still be read. A reason is required."""
    old = _last(by, uid)
    _stale(old, version, uid)
    _within(old, day)
    if not reason.strip():
        raise Invalid(_("Cần lý do."), place="reason", mend=_("Ghi căn cứ chấm dứt cam kết."))
    moment = timezone.now()
    Commitment.objects.filter(pk=old.pk).supersede(moment)
    new = old.again(valid_to=day)
    new.recorded_at = moment
    new.save()
    note(
        target=f"commitment:{uid}",
        before={"valid_to": str(old.valid_to)},
        after={"valid_to": day.isoformat(), "reason": reason.strip()},
    )
    return new
