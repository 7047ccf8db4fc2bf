"""The counter takes a fee in cash and prints its receipt."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import requires
from tinhso.foundation.errors import Problem
from tinhso.government.services.access import permits
from tinhso.government.services.models import Dossier
from tinhso.government.services.paying.following import SOURCE, take_cash
from tinhso.government.services.paying.queries import payment_of
from tinhso.payments.models import PaymentRequest


@requires("services.receive")
def cash(request: HttpRequest, code: str) -> HttpResponse:
    """What is owed, taking it in cash, and the receipt's number. Sent twice it is taken once."""
    user: Any = request.user
    row = get_object_or_404(Dossier.objects.visible_to(user), code=code)
    refused: Problem | None = None
    if request.method == "POST":
        rows = PaymentRequest.objects.filter(source_app=SOURCE, source_key=str(row.uid))
        asked = get_object_or_404(rows, reference=request.POST.get("reference", "")[:20])
        try:
            take_cash(dossier=row, request=asked, user=user)
            return redirect("services:take_cash", code=code)
        except Problem as problem:
            refused = problem
            row.refresh_from_db()
    context = {
        "dossier": row,
        "payment": payment_of(row),
        "may_take": row.payment == "due" and permits(user, row, "pay"),
        "refused": refused,
        "crumbs": [(row.code, reverse("services:desk_dossier", args=[row.code])), (_("Thu lệ phí"), "")],
    }
    return render(request, "services/paying/cash.html", context, status=refused.status if refused else 200)
