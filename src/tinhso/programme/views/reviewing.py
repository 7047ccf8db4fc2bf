"""Drafting and signing periodic reviews."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import requires
from tinhso.foundation.text import language
from tinhso.programme import commands, history
from tinhso.programme.forms import FindingsForm, ReviewForm, SignForm
from tinhso.programme.models import Review
from tinhso.programme.reviews import signing_of
from tinhso.programme.sides import standing
from tinhso.programme.views.shared import Crumbs, actor_of, agreement_crumbs, form_page


def _review(request: HttpRequest, uid: str) -> Review:
    review = Review.objects.known_at().visible_to(request.user).filter(uid=uid).first()
    if review is None:
        raise Http404
    return review


def _page(uid: str) -> str:
    return reverse("programme:review", args=[uid])


def _crumbs(review: Review) -> Crumbs:
    return [*agreement_crumbs(history.agreement(review.agreement)), (str(review.title), _page(review.uid))]


@requires("programme.edit")
def open_review(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = history.agreement(uid)
    if agreement is None:
        raise Http404
    by = standing(request.user, uid, "programme.edit")

    def act(said: dict[str, Any]) -> str:
        review = commands.open_review(actor=actor_of(request), by=by, **said)
        messages.success(request, _("Đã mở kỳ rà soát với số liệu của ngày cuối kỳ."))
        return reverse("programme:edit_review", args=[review.uid])

    return form_page(
        request,
        ReviewForm(request.POST or None),
        act,
        title=_("Mở kỳ rà soát"),
        crumbs=agreement_crumbs(agreement),
        back=reverse("programme:agreement", args=[uid]),
    )


@requires("programme.edit")
def edit_review(request: HttpRequest, uid: str) -> HttpResponse:
    review = _review(request, uid)
    by = standing(request.user, review.agreement, "programme.edit")
    form = FindingsForm(request.POST or None, signing=signing_of(review), language=language())

    def act(said: dict[str, Any]) -> str:
        commands.save_review(
            actor=actor_of(request),
            by=by,
            uid=uid,
            version=said["version"],
            summary=said["summary"],
            findings=form.findings(),
        )
        messages.success(request, _("Đã lưu và lấy lại số liệu."))
        return _page(uid)

    return form_page(
        request,
        form,
        act,
        title=_("Soạn kỳ rà soát"),
        lead=_("Mỗi lần lưu, số liệu được lấy lại; chữ ký trên bản trước không còn tính cho bản mới."),
        crumbs=_crumbs(review),
        back=_page(uid),
    )


@requires("programme.sign_review")
def sign_review(request: HttpRequest, uid: str) -> HttpResponse:
    review = _review(request, uid)
    by = standing(request.user, review.agreement, "programme.sign_review")
    signing = signing_of(review)

    def act(said: dict[str, Any]) -> str:
        commands.sign_review(actor=actor_of(request), by=by, uid=uid, **said)
        messages.success(request, _("Đã ký."))
        return _page(uid)

    return form_page(
        request,
        SignForm(request.POST or None, initial={"content_sha256": signing.sha256}),
        act,
        title=_("Ký kỳ rà soát"),
        lead=_("Bạn ký cho %(agency)s nội dung có mã băm SHA-256 %(sha256)s.")
        % {"agency": by.agency_name, "sha256": signing.sha256},
        submit=_("Ký"),
        crumbs=_crumbs(review),
        back=_page(uid),
    )
