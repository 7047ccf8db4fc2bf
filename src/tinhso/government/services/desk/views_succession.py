"""Dossiers of agencies that ended without one successor: where they wait, and to whom each goes."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import requires
from tinhso.government.services.desk.commands import Wanted, each_by_itself
from tinhso.government.services.desk.commands_succession import assign_succeeded
from tinhso.government.services.desk.forms_succession import AssignForm
from tinhso.government.services.desk.queries_succession import Ended, ended, page_of, proposed
from tinhso.government.services.desk.views import crumbs
from tinhso.government.services.dossiers.commands import Applied

ASSIGN, LIST = "services.assign_succeeded", "services:succession"


@requires(ASSIGN)
def succession(request: HttpRequest) -> HttpResponse:
    """The ended agencies at which dossiers wait for a decision."""
    context = {"crumbs": crumbs((_("Cơ quan đã kết thúc"), "")), "agencies": ended(request.user)}
    return render(request, "services/desk/succession.html", context)


@requires(ASSIGN)
def succession_of(request: HttpRequest, uid: str) -> HttpResponse:
    """One ended agency's dossiers, with whom each plainly falls to, and the form that moves them."""
    found = ended(request.user, uid)
    if not found:
        if request.method == "POST":
            messages.info(request, _("Không còn hồ sơ nào chờ ở cơ quan ấy."))
            return redirect(LIST)
        raise Http404
    place = found[0]
    after = request.GET.get("after", "")
    rows, onward = page_of(uid, int(after) if after.isdigit() and len(after) < 19 else 0)
    plain = proposed(rows, place.heirs)
    form = AssignForm(rows, place.mine, plain, request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            act = partial(_assign, request.user, uid, form.cleaned_data["key"])
            told = each_by_itself(form.wanted(), act)
            done = [one.dossier.code for one in told if one.refused is None]
            if done:
                messages.success(request, _("Đã giao: %(codes)s.") % {"codes": ", ".join(done)})
            if len(done) == len(told):
                return redirect("services:succession_of", uid) if len(done) < place.waiting else redirect(LIST)
            form, status = _refused(form, place, plain, done, told), 409
    context = {
        "crumbs": crumbs((_("Cơ quan đã kết thúc"), reverse(LIST)), (str(place.agency.title), "")),
        "place": place,
        "form": form,
        "onward": onward,
    }
    return render(request, "services/desk/succession_of.html", context, status=status)


def _assign(user: Any, uid: str, key: str, one: Wanted) -> Applied:
    return assign_succeeded(
        dossier=one.dossier.pk,
        former=uid,
        to=one.data["to"],
        reason=one.data["reason"],
        actor=user.actor(),
        user=user,
        key=f"heir:{user.pk}:{key}:{one.dossier.pk}",
        expected=one.expected,
    )


def _refused(form: AssignForm, place: Ended, plain: dict[int, str], done: list[str], told: list) -> AssignForm:
    """The form without what was done, saying why the rest was not."""
    rows = [row for row in form.rows if row.code not in done]
    again = AssignForm(rows, place.mine, plain, form.renewed())
    again.is_valid()
    for one in told:
        if one.refused is not None:
            said = " ".join(part for part in (one.dossier.code + ":", one.refused.what, one.refused.mend) if part)
            again.add_error(None, said)
    return again
