"""One act on many dossiers: first shown with what it asks, then done, each told whether it was."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tinhso.foundation.access import requires
from tinhso.foundation.errors import Invalid
from tinhso.government.services.desk.commands import Wanted, apply_to_many
from tinhso.government.services.desk.forms_bulk import BulkForm
from tinhso.government.services.desk.queries import BULK, with_people
from tinhso.government.services.desk.queries_dossier import OF_A_TASK
from tinhso.government.services.desk.views import DESK, crumbs
from tinhso.government.services.ground.process import VERBS
from tinhso.government.services.models import Dossier

MOST = 100


@requires(DESK)
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one act to the dossiers chosen in a list."""
    if request.method != "POST":
        return redirect("services:desk")
    user: Any = request.user
    verb, codes = request.POST.get("verb", ""), request.POST.getlist("chon")[: MOST + 1]
    back = _back(request)
    if verb == "list":
        return redirect(f"{reverse('services:hand_list')}?{urlencode([('ho-so', code) for code in codes])}")
    if verb not in BULK:
        raise Invalid(_("Không làm được việc này với nhiều hồ sơ."), place="verb")
    if len(codes) > MOST:
        raise Invalid(_("Chọn nhiều nhất %(most)d hồ sơ một lần.") % {"most": MOST}, place="chon")
    rows = list(with_people(Dossier.objects.visible_to(user).filter(code__in=codes).order_by("code"), user))
    context: dict[str, Any] = {"crumbs": crumbs((str(VERBS[verb].title), "")), "back": back, "verb": verb}
    context |= {"act": VERBS[verb].title, "rows": rows, "chosen": codes}
    if not rows:
        return render(request, "services/desk/bulk.html", context, status=422)
    sent = "key" in request.POST
    form = BulkForm(verb, rows, request.POST if sent else None)
    if not sent or not form.is_valid():
        return render(request, "services/desk/bulk.html", {**context, "form": form}, status=422 if sent else 200)
    wanted = [Wanted(row, _data(user, verb, row, form), form.expected(row)) for row in rows]
    told = apply_to_many(verb=verb, wanted=wanted, user=user, key=f"bulk:{user.pk}:{form.cleaned_data['key']}")
    context |= {
        "done": [one.dossier for one in told if one.refused is None],
        "not_done": [one for one in told if one.refused is not None],
    }
    return render(request, "services/desk/bulk_done.html", context)


def _back(request: HttpRequest) -> str:
    """The list the reader came from; nowhere outside this site."""
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=False)
    return address if safe else reverse("services:desk")


def _data(user: Any, verb: str, row: Dossier, form: BulkForm) -> dict[str, Any]:
    data = form.particulars(row)
    if verb in OF_A_TASK:
        tasks = row.own_tasks or row.open_tasks  # type: ignore[attr-defined]
        data["task"] = tasks[0].number if tasks else 0
    if verb == "claim":
        data["holder"] = user.actor().code
    return data
