"""What the programme's pages share: the day asked about, a form page, and refusals shown beside the field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.dates import parse_day, today
from tinhso.foundation.errors import Forbidden, Invalid
from tinhso.foundation.forms import acted
from tinhso.programme.models import Agreement
from tinhso.proof.audit import Actor

Crumbs = list[tuple[str, str]]


def asked_day(request: HttpRequest) -> date:
    """The day in `ngay`, else today. Invalid when it is no day."""
    said = request.GET.get("ngay")
    if not said:
        return today()
    day = parse_day(said)
    if day is None:
        raise Invalid(_("“%(text)s” không phải là một ngày.") % {"text": said[:20]}, place="ngay", mend="YYYY-MM-DD")
    return day


def actor_of(request: HttpRequest) -> Actor:
    """Who writes: only pages behind a permission ask, so somebody is signed in."""
    if not request.user.is_authenticated:
        raise Forbidden(_("Cần đăng nhập."))
    return request.user.actor()


def agreement_crumbs(agreement: Agreement | None = None) -> Crumbs:
    crumbs = [(_("Thỏa thuận"), reverse("programme:agreements"))]
    if agreement is not None:
        crumbs.append((str(agreement.title), reverse("programme:agreement", args=[agreement.uid])))
    return crumbs


def form_page(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict], str],
    *,
    title: str,
    crumbs: Crumbs,
    lead: str = "",
    submit: str = "",
    back: str = "",
) -> HttpResponse:
    """Show a form; when posted and valid, `act(cleaned)` does it and returns where to go next.

    What a command refuses is shown at the field it names; a missing permission is not the form's to show.
    """
    if done := acted(request, form, act):
        return done
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "submit": submit or _("Lưu"),
        "back": back,
        "crumbs": [*crumbs, (title, "")],
    }
    return render(request, "programme/form.html", context, status=422 if form.is_bound else 200)
