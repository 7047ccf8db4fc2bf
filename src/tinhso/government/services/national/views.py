"""The synchronisation with the national portal as those who watch it see it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.foundation.access import requires
from tinhso.foundation.errors import Problem
from tinhso.government.services.ground.states import SYNC
from tinhso.government.services.models import Dossier, SyncRun
from tinhso.government.services.national import queries
from tinhso.government.services.national.portal_client import configured
from tinhso.government.services.national.syncing import failures, retry

SHOWN = 50


@requires("services.synchronise")
def sync(request: HttpRequest) -> HttpResponse:
    """What waits, what failed and why, and what comparing found."""
    mine = Dossier.objects.visible_to(request.user)
    seen = failures().filter(dossier__in=mine)
    run = SyncRun.objects.first()
    states = queries.states(request.user)
    context = {
        "crumbs": [(_("Chỉ số phục vụ"), reverse("services:index766")), (_("Đồng bộ"), "")],
        "configured": configured(),
        "states": [(title, states[code]) for code, title in SYNC.items()],
        "demonstration": mine.filter(demonstration=True).count(),
        "page": Paginator(seen, SHOWN).get_page(request.GET.get("trang")),
        "run": run,
        "findings": queries.findings(request.user, run)[:200] if run else [],
    }
    return render(request, "services/index/sync.html", context)


@requires("services.synchronise")
@require_POST
def retry_sync(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a failed message again now."""
    user: Any = request.user
    message = get_object_or_404(queries.messages(user), pk=pk)
    try:
        retry(actor=user.actor(), message=message.pk, user=user)
        messages.success(request, _("Tin sẽ được gửi lại trong một phút."))
    except Problem as refused:
        messages.error(request, refused.what)
    return redirect("services:sync")
