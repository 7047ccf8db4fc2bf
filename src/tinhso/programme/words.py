"""Statuses and values in words, in the reader's language."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tinhso.foundation.templatetags.tinhso import percent
from tinhso.foundation.text import Text
from tinhso.programme.models import COMPARATORS
from tinhso.programme.queries import Standpoint
from tinhso.programme.status import BEHIND, MET, MISSED, NO_DATA, NOT_MEASURABLE, ON_TRACK

STATES = {
    MET: Text("Đạt", "Met"),
    ON_TRACK: Text("Đúng tiến độ", "On track"),
    BEHIND: Text("Chậm", "Behind"),
    MISSED: Text("Không đạt", "Missed"),
    NO_DATA: Text("Chưa có số liệu", "No data"),
    NOT_MEASURABLE: Text("Không đo được", "Not measurable"),
}
TONES = {
    MET: "success",
    ON_TRACK: "info",
    BEHIND: "warning",
    MISSED: "danger",
    NO_DATA: "neutral",
    NOT_MEASURABLE: "neutral",
}
PARTS = {
    "indicator": Text("chỉ số và đơn vị đo", "an indicator and its unit"),
    "target": Text("chỉ tiêu", "a target"),
    "due": Text("thời hạn", "a due day"),
    "owner": Text("cơ quan chịu trách nhiệm", "an owner"),
}
UNITS = {
    "m": Text("m", "m"),
    "person": Text("người", "persons"),
    "unit": Text("đơn vị", "units"),
}


def value_text(value: Fraction | None, unit: str = "share") -> str:
    """A value for a reader: a share in percent, cut and never rounded up; "—" where there is no data."""
    if value is None:
        return "—"
    if unit == "share":
        sign = "−" if value < 0 else ""
        return sign + percent(abs(value.numerator), value.denominator)
    number = (
        number_format(value.numerator, use_l10n=True, force_grouping=True)
        if value.denominator == 1
        else f"{value.numerator}/{value.denominator}"
    )
    return f"{number} {UNITS[unit]}" if unit in UNITS else f"{number} {unit}".strip()


def difference_text(value: Fraction, unit: str = "share") -> str:
    """A difference with its sign; of two shares it is in percentage points."""
    text = value_text(abs(value), unit)
    sign = "+" if value > 0 else "−"
    if unit == "share":
        text = _("%(points)s điểm phần trăm") % {"points": text.rstrip("%")}
    return f"{sign}{text}"


def day_text(day: date) -> str:
    """A day as it is written in Vietnam, in both languages."""
    return f"{day:%d/%m/%Y}"


def missing_text(missing: tuple[str, ...] | list[str]) -> str:
    """ "Không đo được: thiếu chỉ tiêu, thời hạn." """
    return _("Không đo được: thiếu %(parts)s.") % {"parts": ", ".join(str(PARTS[part]) for part in missing)}


def target_text(item: Standpoint) -> str:
    """The target as one line, or what it lacks."""
    promised = item.commitment
    if promised.target is None:
        return _("không nêu")
    text = f"{COMPARATORS[promised.comparator]} {value_text(promised.target, item.unit)}"
    return _("%(target)s đến hết %(day)s") % {"target": text, "day": day_text(promised.due)} if promised.due else text


def _said(item: Standpoint) -> dict[str, str]:
    status, point, due = item.status, item.status.point, item.commitment.due
    return {
        "value": value_text(point.value if point else None, item.unit),
        "day": day_text(point.as_of) if point else "",
        "target": target_text(item),
        "due": day_text(due) if due else "",
        "plan": value_text(status.planned, item.unit),
        "late": day_text(status.late) if status.late else "",
    }


def _no_data(item: Standpoint) -> str:
    point = item.status.point
    if point is None:
        return _("Chưa đo lần nào cho đến ngày xem.")
    if point.value is None:
        return _("Ngày %(day)s không có gì để đếm (mẫu số bằng 0).") % _said(item)
    return _("Đo lần cuối ngày %(day)s (%(value)s), trước hạn; từ hạn %(due)s đến nay chưa đo.") % _said(item)


def _met(item: Standpoint) -> str:
    if item.status.late:
        return _("Đạt sau hạn: lần đầu đạt khi đo ngày %(late)s; hạn là %(due)s.") % _said(item)
    if item.status.lapsed and item.measurement is not None:
        now = {
            "now": value_text(item.measurement.fraction, item.unit),
            "now_day": day_text(item.measurement.as_of),
        }
        return _("Đã đạt khi đến hạn (%(value)s ngày %(day)s), nhưng nay không còn: %(now)s ngày %(now_day)s.") % {
            **_said(item),
            **now,
        }
    return _("Đo được %(value)s ngày %(day)s; chỉ tiêu %(target)s.") % _said(item)


def status_text(item: Standpoint) -> str:
    """Why a commitment has its status, in one sentence."""
    state = item.status.state
    if state == NOT_MEASURABLE:
        return missing_text(item.status.missing)
    if state == NO_DATA:
        return _no_data(item)
    if state == MET:
        return _met(item)
    if state == MISSED:
        return _("Đo được %(value)s ngày %(day)s, sau hạn; chỉ tiêu %(target)s.") % _said(item)
    return _("Đo được %(value)s ngày %(day)s; theo đường thẳng tới hạn cần %(plan)s; chỉ tiêu %(target)s.") % _said(
        item
    )


def reason_text(item: Standpoint) -> str:
    """The sentence to stand beside the status itself, which it does not repeat."""
    if item.status.state == NOT_MEASURABLE:
        return _("Thiếu %(parts)s.") % {"parts": ", ".join(str(PARTS[part]) for part in item.status.missing)}
    return status_text(item)


def gap_texts(item: Standpoint) -> list[str]:
    """How claims differ from what is measured and from what was appraised, each in one sentence."""
    told = []
    for said, measured, gap in item.gaps():
        if said.claim.as_of != measured.as_of:
            told.append(
                _("%(side)s báo %(gap)s so với số đo, nhưng cho ngày khác: báo ngày %(claimed)s, đo ngày %(day)s.")
                % {
                    "side": said.claim.side_title,
                    "gap": difference_text(gap, item.unit),
                    "claimed": day_text(said.claim.as_of),
                    "day": day_text(measured.as_of),
                }
            )
        else:
            told.append(
                _("%(side)s báo %(gap)s so với số đo cùng ngày.")
                % {"side": said.claim.side_title, "gap": difference_text(gap, item.unit)}
            )
    for said in item.said:
        if said.appraisal is not None and said.cut:
            told.append(
                _("Thẩm định thay đổi %(gap)s so với báo cáo: %(reason)s")
                % {"gap": difference_text(said.cut, item.unit), "reason": said.appraisal.reason}
            )
    return told


VERBS = {
    "programme.save_agreement": Text("Sửa thỏa thuận", "Agreement edited"),
    "programme.change_party": Text("Đổi cơ quan của một bên", "Agency of a party changed"),
    "programme.save_commitment": Text("Ghi cam kết", "Commitment recorded"),
    "programme.end_commitment": Text("Chấm dứt cam kết", "Commitment ended"),
    "programme.claim": Text("Báo kết quả", "Result claimed"),
    "programme.appraise": Text("Thẩm định", "Claim appraised"),
    "programme.attach_evidence": Text("Đưa bằng chứng", "Evidence put forward"),
    "programme.withdraw_evidence": Text("Rút bằng chứng", "Evidence withdrawn"),
    "programme.open_review": Text("Mở kỳ rà soát", "Review opened"),
    "programme.save_review": Text("Soạn kỳ rà soát", "Review drafted"),
    "programme.sign_review": Text("Ký kỳ rà soát", "Review signed"),
}
