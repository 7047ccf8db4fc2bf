"""What is promised, and whom to tell."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tinhso.foundation.access import public, requires
from tinhso.foundation.dates import today
from tinhso.foundation.forms import attempt
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.outages import commands
from tinhso.infrastructure.outages.codes import SUBJECTS
from tinhso.infrastructure.outages.forms import ContactForm, PromiseForm
from tinhso.infrastructure.outages.models import Contact, Promise
from tinhso.infrastructure.outages.models.promises import WHOLE
from tinhso.infrastructure.outages.views.shared import actor_of, crumbs

MANAGE = "outages.promise"


@public
def promises(request: HttpRequest) -> HttpResponse:
    """What is promised to whom, since when and by which clause."""
    rows = Promise.objects.known_at().order_by("subject", "key", "-valid_from")
    page = Paginator(rows, 100).get_page(request.GET.get("trang"))
    listed = [(one, SUBJECTS[one.subject], WHOLE) for one in page]
    context = {
        "page": page,
        "rows": listed,
        "form": PromiseForm(initial={"valid_from": today()}),
        "crumbs": crumbs((_("Mức cam kết"), "")),
    }
    return render(request, "outages/promises.html", context)


@requires(MANAGE)
def set_promise(request: HttpRequest) -> HttpResponse:
    """Set what is promised from a day on."""
    form = PromiseForm(request.POST or None, initial={"valid_from": today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = attempt(
            form,
            lambda: commands.promise(
                actor=actor_of(request),
                subject=given["subject"],
                key=given["key"].strip(),
                availability=int(given["percent"] * Decimal(WHOLE) / 100),
                valid_from=given["valid_from"],
                basis=given["basis"],
            ),
        )
        if made:
            messages.success(request, _("Đã ghi mức cam kết."))
            return redirect("outages:promises")
    context = {"form": form, "crumbs": crumbs((_("Mức cam kết"), ""))}
    return render(request, "outages/set_promise.html", context, status=422 if form.errors else 200)


@requires(MANAGE)
def contacts(request: HttpRequest) -> HttpResponse:
    """Mailboxes of agencies' offices to which notices go."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and "drop" in request.POST:
        gone = get_object_or_404(
            Contact.objects.known_at(), pk=int(request.POST["drop"]) if request.POST["drop"].isdigit() else 0
        )
        commands.drop_contact(actor=actor_of(request), contact=gone)
        messages.success(request, _("Đã bỏ địa chỉ."))
        return redirect("outages:contacts")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = attempt(
            form,
            lambda: commands.set_contact(
                actor=actor_of(request), agency_uid=given["agency"].strip(), email=given["email"]
            ),
        )
        if made:
            messages.success(request, _("Đã ghi địa chỉ."))
            return redirect("outages:contacts")
    page = Paginator(Contact.objects.known_at().order_by("agency_uid", "email"), 100).get_page(request.GET.get("trang"))
    names = agencies_by_uid(one.agency_uid for one in page)
    context = {
        "page": page,
        "rows": [(one, names.get(one.agency_uid)) for one in page],
        "form": form,
        "crumbs": crumbs((_("Địa chỉ báo tin"), "")),
    }
    return render(request, "outages/contacts.html", context, status=422 if form.errors else 200)
