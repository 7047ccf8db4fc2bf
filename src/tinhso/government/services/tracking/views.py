"""Tracking: by code and secret or signed in; what has happened, who has it now, when it is due and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tinhso.files.stored import read
from tinhso.foundation.access import public, signed_in
from tinhso.foundation.forms import attempt
from tinhso.foundation.text import Text
from tinhso.government.services.access import permits
from tinhso.government.services.dossiers.clocking import explanation
from tinhso.government.services.dossiers.commands import Applied, apply
from tinhso.government.services.dossiers.reach import open_by_secret, reach
from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.filing.forms import document_names
from tinhso.government.services.ground.gone import erased
from tinhso.government.services.ground.process import VERBS, Act
from tinhso.government.services.ground.states import DELIVERY, ENDED, FINISHED, PAYMENT, REGISTERED
from tinhso.government.services.models import Dossier, Draft, IssuedPaper
from tinhso.government.services.models.issued import FORMS as FORMS_ISSUED
from tinhso.government.services.models.issued import INTERNAL
from tinhso.government.services.paying.queries import payment_of
from tinhso.government.services.tracking.commands import give_supplements
from tinhso.government.services.tracking.forms import KeyedForm, RateForm, SupplementForm, TrackForm, WithdrawForm
from tinhso.government.services.tracking.timeline import agencies_of, holders, offered, timeline
from tinhso.proof.audit import Actor

#: How somebody who proved code and secret is called in the history.
HOLDER = Text("Người giữ mã tra cứu", "Holder of the tracking code")


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
    context = {"form": form, "crumbs": [(_("Tra cứu hồ sơ"), "")]}
    return render(request, "services/tracking/track.html", context, status=status)


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
    own = row.owner_id == user.pk
    above = (_("Hồ sơ của tôi"), reverse("services:mine")) if own else (_("Bàn làm việc"), reverse("services:desk"))
    context = {"dossier": row, "secret": secret_of(row), "own": own, "crumbs": [above, (row.code, "")]}
    return render(request, "services/tracking/filed.html", context)


@public
@never_cache
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier for its owner, or for whoever proved code and secret; others are asked for them."""
    found = reach(request, code)
    if found is None:
        return redirect(f"{reverse('services:track')}?ma={code}")
    if request.method == "POST":
        return _act(request, *found)
    return _page(request, *found)


FORMS: dict[str, type[KeyedForm]] = {"supplement": SupplementForm, "withdraw": WithdrawForm, "rate": RateForm}
DONE = {
    "supplement": gettext_lazy("Đã gửi giấy tờ bổ sung."),
    "withdraw": gettext_lazy("Đã gửi yêu cầu rút hồ sơ."),
    "rate": gettext_lazy("Cảm ơn bạn đã đánh giá."),
}


def _form(verb: str, row: Dossier, data: Any = None, files: Any = None) -> KeyedForm:
    more = {"auto_id": f"{verb}-%s"}
    return SupplementForm(row, data, files, **more) if verb == "supplement" else FORMS[verb](data, **more)


def _act(request: HttpRequest, row: Dossier, holder: bool) -> HttpResponse:
    """Do what the person may: bring supplements, ask to withdraw, rate."""
    verb = request.POST.get("verb", "")
    if verb not in FORMS:
        return redirect("services:dossier", row.code)
    form = _form(verb, row, request.POST, request.FILES)
    done = attempt(form, lambda: _do(request, row, verb, form, holder)) if form.is_valid() else None
    if done is not None:
        messages.success(request, str(DONE[verb]))
        return redirect("services:dossier", row.code)
    return _page(request, row, holder, verb, form)


def _do(request: HttpRequest, row: Dossier, verb: str, form: KeyedForm, holder: bool) -> Applied:
    user: Any = None if holder else request.user
    # Whoever proved code and secret is known by the dossier alone.
    actor = Actor(f"holder:{row.uid}", str(HOLDER)) if holder else user.actor()
    given = form.cleaned_data
    who: dict[str, Any] = {"actor": actor, "key": f"page:{given['key']}", "user": user, "holder": holder}
    if isinstance(form, SupplementForm):
        return give_supplements(dossier=row, given=form.given(), **who)
    data = {name: value for name, value in given.items() if name != "key"}
    return apply(dossier=row.pk, act=Act(verb, data), **who)


def _page(
    request: HttpRequest, row: Dossier, holder: bool, verb: str = "", form: KeyedForm | None = None
) -> HttpResponse:
    events = list(row.events.select_related("detail").order_by("number"))
    tasks = list(row.tasks.filter(closed_at=None).order_by("number"))
    agencies = agencies_of(row, events, tasks)
    explained = explanation(row, events=events)
    names = document_names(row.version.definition)
    acts = [
        (name, VERBS[name].title, form if name == verb and form else _form(name, row))
        for name in dict.fromkeys([*([verb] if verb else []), *offered(row)])
    ]
    issued = _issued(row)
    context: dict[str, Any] = {
        "dossier": row,
        "definition": row.version.definition,
        "competent": agencies.get(row.competent_uid),
        "holders": holders(row, tasks, agencies),
        "waiting": row.status == REGISTERED,
        "moments": timeline(row, reversed(events), agencies),
        "payment": PAYMENT[row.payment],
        "paying": payment_of(row),
        "delivery": DELIVERY[row.delivery],
        "ended": row.status in ENDED | {FINISHED},
        "lines": explained[1] if explained else [],
        "due": explained[0] if explained else None,
        "acts": acts,
        "asked": next((form.asked for _name, _title, form in acts if isinstance(form, SupplementForm)), None),
        "issued": [(paper, FORMS_ISSUED[paper.form]) for paper in issued],
        "result": next((paper for paper in issued if paper.form == "result" and not paper.erased_at), None),
        "papers": [
            (names.get(paper.document, _("Giấy tờ khác")), paper)
            for paper in row.papers.select_related("file").order_by("id")
        ],
        "crumbs": [_above(holder), (row.code, "")],
    }
    return render(request, "services/tracking/dossier.html", context, status=422 if form else 200)


def _above(holder: bool) -> tuple[str, str]:
    """Whence a person came to their dossier."""
    return (_("Tra cứu hồ sơ"), reverse("services:track")) if holder else (_("Hồ sơ của tôi"), reverse("services:mine"))


def _issued(row: Dossier) -> list[IssuedPaper]:
    """Papers issued to the person, the latest first; one not made yet is made when it is opened."""
    return list(row.issued.exclude(form__in=INTERNAL).order_by("-wanted_at", "-id"))


@public
@never_cache
def paper_file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A file of the dossier, as an attachment."""
    row, _holder = _reached(request, code)
    if row.erased_at:
        raise erased(row.erased_at, row.code)
    paper = get_object_or_404(row.papers.exclude(file=None).select_related("file"), pk=number)
    assert paper.file is not None
    return _attachment(read(paper.file), paper.file.content_type, paper.name or paper.file.name)


def _reached(request: HttpRequest, code: str) -> tuple[Dossier, bool]:
    found = reach(request, code)
    if found is None:
        raise Http404
    return found


def _attachment(blocks: Iterable[bytes], kind: str, name: str) -> HttpResponse:
    response = HttpResponse(b"".join(blocks), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
