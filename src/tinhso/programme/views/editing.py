"""What the parties' programme offices write, each for its own side."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.programme import commands, history
from tinhso.programme.commands.agreements import CommitmentValues
from tinhso.programme.forms import (
    AgreementForm,
    AppraisalForm,
    ClaimForm,
    CommitmentForm,
    EndForm,
    EvidenceForm,
    PartyForm,
    ReasonForm,
)
from tinhso.programme.models import Agreement, Claim, Commitment, EvidenceLink
from tinhso.programme.sides import standing
from tinhso.programme.views.shared import Crumbs, actor_of, agreement_crumbs, form_page


def _agreement(uid: str) -> Agreement:
    found = history.agreement(uid)
    if found is None:
        raise Http404
    return found


def _commitment(uid: str) -> Commitment:
    found = Commitment.objects.known_at().filter(uid=uid).order_by("valid_from").last()
    if found is None:
        raise Http404
    return found


def _page(uid: str) -> str:
    return reverse("programme:commitment", args=[uid])


def _crumbs(row: Commitment) -> Crumbs:
    return [*agreement_crumbs(_agreement(row.agreement)), (_("Cam kết"), _page(row.uid))]


@requires("programme.edit")
def edit_agreement(request: HttpRequest, uid: str) -> HttpResponse:
    row = _agreement(uid)
    by = standing(request.user, uid, "programme.edit")

    def act(said: dict[str, Any]) -> str:
        upload, actor = said.pop("signed_file"), actor_of(request)
        commands.save_agreement(actor=actor, by=by, signed_file=(upload, upload.name) if upload else None, **said)
        messages.success(request, _("Đã ghi phiên bản mới của thỏa thuận."))
        return reverse("programme:agreement", args=[uid])

    form = AgreementForm(request.POST, request.FILES) if request.method == "POST" else AgreementForm.of(row)
    return form_page(
        request,
        form,
        act,
        title=_("Sửa thỏa thuận"),
        crumbs=agreement_crumbs(row),
        back=reverse("programme:agreement", args=[uid]),
    )


@requires("programme.edit")
def change_party(request: HttpRequest, uid: str) -> HttpResponse:
    """Another agency is the party of one's own side."""
    row = _agreement(uid)
    by = standing(request.user, uid, "programme.edit")
    party = commands.present_party(uid, by.side)
    if party is None:
        raise Http404

    def act(said: dict[str, Any]) -> str:
        commands.change_party(actor=actor_of(request), by=by, **said)
        messages.success(request, _("Đã ghi cơ quan mới của bên mình."))
        return reverse("programme:agreement", args=[uid])

    form = PartyForm(request.POST or None, party=party, initial={"agency_uid": party.agency_uid, "version": party.pk})
    return form_page(
        request,
        form,
        act,
        title=_("Đổi cơ quan của bên mình"),
        lead=_(
            "%(side)s hiện là %(name)s. Mỗi bên chỉ đổi bên mình; từ nay người của cơ quan mới đại diện cho bên này. "
            "Bản trước vẫn đọc lại được."
        )
        % {"side": party.side_title, "name": party.name},
        crumbs=agreement_crumbs(row),
        back=reverse("programme:agreement", args=[uid]),
    )


def _values(said: dict[str, Any]) -> CommitmentValues:
    return CommitmentValues(**{key: value for key, value in said.items() if key not in ("version", "effective")})


@requires("programme.edit")
def add_commitment(request: HttpRequest, uid: str) -> HttpResponse:
    row = _agreement(uid)
    by = standing(request.user, uid, "programme.edit")

    def act(said: dict[str, Any]) -> str:
        made = commands.save_commitment(
            actor=actor_of(request), by=by, values=_values(said), effective=said["effective"]
        )
        messages.success(request, _("Đã thêm cam kết."))
        return _page(made.uid)

    form = CommitmentForm(request.POST or None, agreement=uid)
    return form_page(
        request,
        form,
        act,
        title=_("Thêm cam kết"),
        lead=_("Cam kết thiếu chỉ số, chỉ tiêu, thời hạn hoặc cơ quan vẫn được ghi, và được nói rõ là không đo được."),
        crumbs=agreement_crumbs(row),
        back=reverse("programme:agreement", args=[uid]),
    )


@requires("programme.edit")
def edit_commitment(request: HttpRequest, uid: str) -> HttpResponse:
    row = _commitment(uid)
    by = standing(request.user, row.agreement, "programme.edit")

    def act(said: dict[str, Any]) -> str:
        commands.save_commitment(
            actor=actor_of(request),
            by=by,
            uid=uid,
            version=said["version"],
            values=_values(said),
            effective=said["effective"],
        )
        messages.success(request, _("Đã ghi phiên bản mới của cam kết."))
        return _page(uid)

    owner = (row.owner_uid, str(row.owner))
    form = (
        CommitmentForm(request.POST, agreement=row.agreement, owner=owner)
        if request.method == "POST"
        else CommitmentForm.of(row)
    )
    return form_page(request, form, act, title=_("Sửa cam kết"), crumbs=_crumbs(row), back=_page(uid))


@requires("programme.edit")
def end_commitment(request: HttpRequest, uid: str) -> HttpResponse:
    row = _commitment(uid)
    by = standing(request.user, row.agreement, "programme.edit")

    def act(said: dict[str, Any]) -> str:
        commands.end_commitment(actor=actor_of(request), by=by, uid=uid, **said)
        messages.success(request, _("Đã ghi ngày cam kết hết hiệu lực."))
        return _page(uid)

    form = EndForm(request.POST or None, initial={"version": row.pk, "day": today()})
    return form_page(request, form, act, title=_("Chấm dứt cam kết"), crumbs=_crumbs(row), back=_page(uid))


@requires("programme.claim")
def claim(request: HttpRequest, uid: str) -> HttpResponse:
    row = _commitment(uid)
    by = standing(request.user, row.agreement, "programme.claim")

    def act(said: dict[str, Any]) -> str:
        upload, actor = said.pop("file"), actor_of(request)
        commands.claim(actor=actor, by=by, commitment=uid, upload=(upload, upload.name) if upload else None, **said)
        messages.success(request, _("Đã ghi kết quả báo cáo."))
        return _page(uid)

    form = ClaimForm(request.POST or None, request.FILES or None, initial={"as_of": today()})
    return form_page(
        request,
        form,
        act,
        title=_("Báo kết quả"),
        lead=_("Kết quả bên bạn báo được giữ riêng, không thay số đo. Báo lại thì lần sau được tính."),
        crumbs=_crumbs(row),
        back=_page(uid),
    )


@requires("programme.appraise")
def appraise(request: HttpRequest, uid: str, claim: int) -> HttpResponse:
    row = _commitment(uid)
    claimed = get_object_or_404(Claim, pk=claim, commitment=uid)
    by = standing(request.user, row.agreement, "programme.appraise")
    commands.refuse_own_claim(by, claimed)

    def act(said: dict[str, Any]) -> str:
        commands.appraise(actor=actor_of(request), by=by, claim=claimed, **said)
        messages.success(request, _("Đã ghi kết quả thẩm định."))
        return _page(uid)

    form = AppraisalForm(request.POST or None, initial={"value": f"{claimed.numerator}/{claimed.denominator}"})
    return form_page(
        request,
        form,
        act,
        title=_("Thẩm định kết quả"),
        lead=_("%(side)s báo %(value)s tính đến %(day)s: %(reason)s")
        % {
            "side": claimed.side_title,
            "value": f"{claimed.numerator}/{claimed.denominator}",
            "day": date_format(claimed.as_of, "d/m/Y"),
            "reason": claimed.reason,
        },
        crumbs=_crumbs(row),
        back=_page(uid),
    )


@requires("programme.claim")
def attach_evidence(request: HttpRequest, uid: str) -> HttpResponse:
    row = _commitment(uid)
    by = standing(request.user, row.agreement, "programme.claim")

    def act(said: dict[str, Any]) -> str:
        upload = said["file"]
        commands.attach_evidence(
            actor=actor_of(request),
            by=by,
            commitment=uid,
            content=upload,
            name=upload.name,
            label=said["label"],
            public=said["public"],
        )
        messages.success(request, _("Đã ghi bằng chứng."))
        return _page(uid)

    form = EvidenceForm(request.POST or None, request.FILES or None)
    return form_page(request, form, act, title=_("Đưa bằng chứng"), crumbs=_crumbs(row), back=_page(uid))


@requires("programme.claim")
def withdraw_evidence(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    link = get_object_or_404(EvidenceLink.objects.known_at(), uid=uid)
    row = _commitment(link.commitment)
    by = standing(request.user, row.agreement, "programme.claim")

    def act(said: dict[str, Any]) -> str:
        commands.withdraw_evidence(actor=actor_of(request), by=by, uid=uid, reason=said["reason"])
        messages.success(request, _("Đã rút bằng chứng; lịch sử vẫn còn."))
        return _page(row.uid)

    form = ReasonForm(request.POST or None)
    return form_page(
        request, form, act, title=_("Rút bằng chứng"), lead=link.label, crumbs=_crumbs(row), back=_page(row.uid)
    )
