"""Tracking: by code and secret or signed in; what has happened, who has it now, when it is due and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tinhso.foundation.access import public, signed_in
from tinhso.foundation.forms import attempt
from tinhso.government.services.access import permits
from tinhso.government.services.clocking import explanation
from tinhso.government.services.forms_filing import document_names
from tinhso.government.services.models import Dossier, Draft
from tinhso.government.services.reach import open_by_secret, reach
from tinhso.government.services.states import DELIVERY, ENDED, FINISHED, PAYMENT, REGISTERED
from tinhso.government.services.timeline import holders, timeline
from tinhso.government.services.tracking import secret_of
from tinhso.identity.queries import agencies_by_uid


class TrackForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Mã hồ sơ"), max_length=60)
    secret = forms.CharField(
        label=gettext_lazy("Mã bí mật"),
        max_length=40,
        help_text=gettext_lazy("Mười chữ và số in trên giấy tiếp nhận hồ sơ và hẹn trả."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@sensitive_post_parameters("secret")
@public
@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """Ask for code and secret; the answer opens the dossier's page for a while."""
    form = TrackForm(request.POST or None, initial={"code": request.GET.get("ma", "")[:60]})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            found = attempt(form, lambda: open_by_secret(request, given["code"], given["secret"]))
            if found is not None:
                return redirect("services:dossier", found.code)
    return render(request, "services/tracking/track.html", {"form": form}, status=status)


@signed_in
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """The person's own dossiers, the latest first."""
    user: Any = request.user
    rows = Dossier.objects.filter(owner=user).select_related("version__procedure").order_by("-filed_at", "-id")
    page = Paginator(rows, 20).get_page(request.GET.get("trang"))
    drafts = Draft.objects.filter(owner=user).count()
    return render(
        request, "services/tracking/mine.html", {"page": page, "drafts": drafts, "crumbs": [(_("Hồ sơ của tôi"), "")]}
    )


@signed_in
@never_cache
def filed(request: HttpRequest, code: str) -> HttpResponse:
    """What to keep after filing: code and secret, for the person, and for the clerk who filed for them."""
    user: Any = request.user
    row = get_object_or_404(Dossier.objects.visible_to(user).select_related("version__procedure"), code=code)
    if row.owner_id != user.pk and not permits(user, row, "submit"):
        raise Http404
    context = {"dossier": row, "secret": secret_of(row), "own": row.owner_id == user.pk}
    return render(request, "services/tracking/filed.html", context)


@public
@never_cache
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier for its owner, or for whoever proved code and secret; others are asked for them."""
    found = reach(request, code)
    if found is None:
        return redirect(f"{reverse('services:track')}?ma={code}")
    return page(request, *found)


def page(request: HttpRequest, row: Dossier, holder: bool, status: int = 200, **bound: Any) -> HttpResponse:
    """The tracking page; `bound` are forms that were refused."""
    explained = explanation(row)
    names = document_names(row.version.definition)
    agencies = agencies_by_uid({row.competent_uid, row.received_uid})
    context: dict[str, Any] = {
        "dossier": row,
        "definition": row.version.definition,
        "competent": agencies.get(row.competent_uid),
        "holders": holders(row, row.tasks.filter(closed_at=None).order_by("number")),
        "waiting": row.status == REGISTERED,
        "moments": timeline(row),
        "payment": PAYMENT[row.payment],
        "delivery": DELIVERY[row.delivery],
        "ended": row.status in ENDED | {FINISHED},
        "lines": explained[1] if explained else [],
        "due": explained[0] if explained else None,
        "papers": [
            (names.get(paper.document, paper.document), paper)
            for paper in row.papers.select_related("file").order_by("id")
        ],
        "crumbs": [] if holder else [(_("Hồ sơ của tôi"), reverse("services:mine")), (row.code, "")],
    }
    return render(request, "services/tracking/dossier.html", {**context, **bound}, status=status)
