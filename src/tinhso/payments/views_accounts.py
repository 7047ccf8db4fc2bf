"""Accounts on which agencies take money, and the keys their banks sign with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import requires
from tinhso.foundation.forms import attempt
from tinhso.identity.queries import agencies_by_uid
from tinhso.payments import commands
from tinhso.payments.forms import AccountForm, EndAccountForm
from tinhso.payments.models import BankAccount, BankFeed
from tinhso.payments.views import actor_of, crumbs
from tinhso.proof.models import AuditRecord


@requires("payments.accounts")
def accounts(request: HttpRequest) -> HttpResponse:
    """Which agency takes money where, from when; and setting another account."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: commands.set_account(actor=actor_of(request), **form.cleaned_data))
        if made:
            messages.success(request, _("Đã ghi tài khoản."))
            return redirect("payments:account", pk=made.pk)
    rows = list(BankAccount.objects.known_at().order_by("agency_uid", "-valid_from"))
    names = agencies_by_uid(row.agency_uid for row in rows)
    feeds = {(feed.bin, feed.number): feed for feed in BankFeed.objects.all()}
    context = {
        "rows": [(row, names.get(row.agency_uid), feeds.get((row.bin, row.number))) for row in rows],
        "form": form,
        "crumbs": crumbs((_("Tài khoản nhận tiền"), "")),
    }
    return render(request, "payments/accounts.html", context, status=422 if form.errors else 200)


@requires("payments.accounts")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its bank's key and whether it is heard, its end, who changed it."""
    row = get_object_or_404(BankAccount.objects.known_at(), pk=pk)
    feed = BankFeed.objects.filter(bin=row.bin, number=row.number).first()
    do = request.POST.get("do", "")
    if do == "key":
        key = commands.renew_key(actor=actor_of(request), bin=row.bin, number=row.number)
        return _key(request, row, key)
    if do in {"hear", "stop"} and feed:
        commands.set_feed(actor=actor_of(request), feed=feed, enabled=do == "hear")
        return redirect("payments:account", pk=pk)
    form = EndAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {name: form.cleaned_data[name] for name in ("valid_to", "reason")}
        if attempt(form, lambda: commands.end_account(actor=actor_of(request), account=row, **given) or True):
            messages.success(request, _("Đã ghi."))
            return redirect("payments:accounts")
    context = {
        "row": row,
        "agency": agencies_by_uid([row.agency_uid]).get(row.agency_uid),
        "feed": feed,
        "hook": request.build_absolute_uri("/api/payments/notifications"),
        "form": form if row.valid_to is None or form.is_bound else None,
        "changes": AuditRecord.objects.filter(
            target__in=[f"account:{row.agency_uid}", f"feed:{row.bin}-{row.number}"]
        ).order_by("-at")[:50],
        "crumbs": crumbs((_("Tài khoản nhận tiền"), reverse("payments:accounts")), (str(row), "")),
    }
    return render(request, "payments/account.html", context, status=422 if form.errors else 200)


def _key(request: HttpRequest, row: BankAccount, key: str) -> HttpResponse:
    """The one time that a bank's key is shown: never stored by a browser or a proxy."""
    context = {
        "row": row,
        "key": key,
        "hook": request.build_absolute_uri("/api/payments/notifications"),
        "crumbs": crumbs((str(row), reverse("payments:account", args=[row.pk])), (_("Khóa mới"), "")),
    }
    response = render(request, "payments/key.html", context)
    response["Cache-Control"] = "no-store"
    return response
