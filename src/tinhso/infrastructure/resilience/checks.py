"""What a risk group or a reliability must satisfy, said once for pages, API and files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.models import Network, Node, Span
from tinhso.infrastructure.resilience.models import (
    ELEMENTS,
    NODE,
    NODES,
    RISKS,
    SPAN,
    SPANS,
    TARGETS,
    Reliability,
    SharedRiskGroup,
)
from tinhso.proof.audit import Actor

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
LONGEST = 2**31 - 1
MEDIA = ("coaxial", "copper", "fibre", "microwave")
DEPLOYMENTS = ("aboveGround", "belowGround")


class Known:
    """Element ids of networks on days, each asked for once."""

    def __init__(self) -> None:
        self._found: dict[tuple, frozenset[str]] = {}

    def ids(self, model: type[Node] | type[Span], network: Network, day: date) -> frozenset[str]:
        key = (model, network.pk, day)
        if key not in self._found:
            rows = model.objects.filter(network=network).as_of(day).values_list("element_id", flat=True)
            self._found[key] = frozenset(rows)
        return self._found[key]


def _words(text: str, longest: int, place: str, what: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > longest:
        raise Invalid(
            _("Cần %(what)s, không quá %(longest)d ký tự.") % {"what": what, "longest": longest},
            place=place,
            mend=_("Điền rồi gửi lại."),
        )
    return text


def _one_of(value: str, known: Iterable[str], place: str) -> str:
    listed = list(known)
    if value not in listed:
        raise Invalid(
            _("Không có “%(value)s”.") % {"value": value[:60]},
            place=place,
            mend=_("Dùng một trong: %(known)s.") % {"known": ", ".join(listed)},
        )
    return value


def _day(day: date) -> date:
    if day > today():
        raise Invalid(_("Ngày %(day)s nằm trong tương lai.") % {"day": day}, place="valid_from", mend=f"≤ {today()}")
    return day


def _elements(
    known: Known, model: type[Node] | type[Span], network: Network, ids: Iterable[str], day: date, *, place: str
) -> list[str]:
    wanted = sorted({text.strip() for text in ids if text.strip()})
    have = known.ids(model, network, day)
    if missing := [text for text in wanted if text not in have]:
        title = _("đoạn cáp") if model is Span else _("nút")
        raise Invalid(
            _("Ngày %(day)s mạng không có %(kind)s: %(ids)s.")
            % {"day": f"{day:%d/%m/%Y}", "kind": title, "ids": ", ".join(missing[:10])},
            place=place,
            mend=_("Sửa mã, hoặc chọn ngày mà phần tử ấy có trong mạng."),
        )
    return wanted


def group(
    *,
    actor: Actor,
    network: Network,
    code: str,
    name: str,
    kind: str,
    spans: Iterable[str],
    nodes: Iterable[str],
    valid_from: date,
    source: str,
    known: Known | None = None,
) -> SharedRiskGroup:
    """An unsaved group that may be recorded; Invalid says what is wrong, where, and how to mend it."""
    known = known or Known()
    if not CODE.fullmatch(code):
        raise Invalid(_("Mã nhóm “%(code)s” sai dạng.") % {"code": code[:60]}, place="code", mend="cau-do-quan-1")
    _day(valid_from)
    chosen_spans = _elements(known, Span, network, spans, valid_from, place="spans")
    chosen_nodes = _elements(known, Node, network, nodes, valid_from, place="nodes")
    if not chosen_spans and not chosen_nodes:
        raise Invalid(_("Nhóm không có phần tử nào."), place="spans", mend=_("Chọn ít nhất một đoạn cáp hoặc nút."))
    return SharedRiskGroup(
        network=network,
        code=code,
        name=_words(name, 200, "name", _("tên nhóm")),
        kind=_one_of(kind, RISKS, "kind"),
        spans=canonical.dumps(chosen_spans).decode(),
        nodes=canonical.dumps(chosen_nodes).decode(),
        source=_words(source, 300, "source", _("nguồn")),
        valid_from=valid_from,
        recorded_by=actor.code,
        recorded_by_name=actor.name[:200],
    )


def reliability(
    *,
    actor: Actor,
    network: Network | None,
    target: str,
    subject: str,
    mtbf_hours: int,
    mttr_minutes: int,
    per_km: bool,
    valid_from: date,
    source: str,
    known: Known | None = None,
) -> Reliability:
    """An unsaved reliability that may be recorded; Invalid says what is wrong, where, and how to mend it."""
    known = known or Known()
    _one_of(target, TARGETS, "target")
    _day(valid_from)
    subject = subject.strip()
    if target in ELEMENTS:
        if network is None:
            raise Invalid(_("Một phần tử cần biết thuộc mạng nào."), place="network", mend=_("Ghi UUID của mạng."))
        _elements(known, Span if target == SPAN else Node, network, [subject], valid_from, place="subject")
    if target in (SPANS, NODES) and subject:
        raise Invalid(_("“Mọi phần tử” không kèm mã."), place="subject", mend=_("Để trống cột này."))
    if target not in (SPANS, NODES) and not subject:
        raise Invalid(_("Thiếu mã của phần tử hoặc của loại."), place="subject", mend=_("Điền mã rồi gửi lại."))
    if target in ("medium", "deployment"):
        _one_of(subject, MEDIA if target == "medium" else DEPLOYMENTS, "subject")
    if not 0 < mtbf_hours <= LONGEST:
        raise Invalid(_("MTBF phải là số giờ nguyên dương."), place="mtbf_hours", mend="8760")
    if not 0 <= mttr_minutes <= LONGEST:
        raise Invalid(_("MTTR phải là số phút nguyên, không âm."), place="mttr_minutes", mend="240")
    if per_km and target in (NODE, "node_type", NODES):
        raise Invalid(_("Chỉ đoạn cáp mới tính theo km."), place="per_km", mend=_("Bỏ chọn “theo km”."))
    return Reliability(
        network=network,
        target=target,
        subject=subject[:200],
        mtbf_hours=mtbf_hours,
        mttr_minutes=mttr_minutes,
        per_km=per_km,
        source=_words(source, 300, "source", _("nguồn")),
        valid_from=valid_from,
        recorded_by=actor.code,
        recorded_by_name=actor.name[:200],
    )
