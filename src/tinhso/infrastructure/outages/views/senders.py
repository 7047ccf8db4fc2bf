"""Senders of alarms, and names nobody knows."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import check, requires
from tinhso.foundation.forms import attempt
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.outages import commands
from tinhso.infrastructure.outages.following import follow_soon
from tinhso.infrastructure.outages.forms import AliasForm, ChangeSourceForm, SourceForm
from tinhso.infrastructure.outages.models import Source
from tinhso.infrastructure.outages.reports import heard
from tinhso.infrastructure.outages.views.shared import actor_of, crumbs
from tinhso.proof.models import AuditRecord

SHOWN = 200


def _way(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Nguồn cảnh báo"), reverse("outages:sources")), *more)


def _hook(request: HttpRequest, slug: str) -> str:
    return request.build_absolute_uri(f"/api/outages/hooks/{slug}/alertmanager")


@requires("outages.sources")
def sources(request: HttpRequest) -> HttpResponse:
    """Senders, and letting another one in."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: commands.register_source(actor=actor_of(request), **form.cleaned_data))
        if made:
            return _secrets(request, *made)
    rows = list(Source.objects.visible_to(request.user).select_related("network"))
    context = {"rows": rows, "form": form, "crumbs": crumbs((_("Nguồn cảnh báo"), ""))}
    return render(request, "outages/sources.html", context, status=422 if form.errors else 200)


def _secrets(request: HttpRequest, source: Source, secrets: commands.Secrets) -> HttpResponse:
    """The one time that a sender's secrets are shown: never stored by a browser or a proxy."""
    context = {
        "source": source,
        "secrets": secrets,
        "hook": _hook(request, source.slug),
        "crumbs": _way((source.slug, reverse("outages:source", args=[source.slug])), (_("Mã bí mật"), "")),
    }
    response = render(request, "outages/secrets.html", context)
    response["Cache-Control"] = "no-store"
    return response


@requires("outages.sources")
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One sender: what it may, how it fares, who changed it."""
    found = get_object_or_404(Source.objects.visible_to(request.user).select_related("network"), slug=slug)
    initial = {name: getattr(found, name) for name in ("name", "enabled", "certificate_subject", "alert_names")}
    form = ChangeSourceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: commands.change_source(actor=actor_of(request), source=found, **form.cleaned_data))
        if made is not None:
            if made != commands.Secrets():
                return _secrets(request, found, made)
            messages.success(request, _("Đã ghi."))
            return redirect("outages:source", slug=slug)
    context = {
        "source": found,
        "form": form,
        "hook": _hook(request, slug),
        "reports": found.events.count(),
        "changes": AuditRecord.objects.filter(target=f"source:{slug}")
        .exclude(verb="outages.receive")
        .order_by("-at")[:50],
        "crumbs": _way((slug, "")),
    }
    return render(request, "outages/source.html", context, status=422 if form.errors else 200)


@requires("outages.import")
def unmatched(request: HttpRequest) -> HttpResponse:
    """Reported names that nobody knows, and saying what they mean."""
    check(request.user, EXACT)
    networks = list(Network.objects.order_by("demonstration", "name"))
    form = AliasForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        network = next((one for one in networks if str(one.uuid) == request.POST.get("network")), None)
        if network is None:
            raise Http404(_("Không có mạng này."))
        made = attempt(
            form, lambda: commands.name_element(actor=actor_of(request), network=network, **form.cleaned_data)
        )
        if made:
            follow_soon(network)
            messages.success(request, _("Đã ghép tên; các cảnh báo cũ cũng được tính lại."))
            return redirect("outages:unmatched")
    rows = [(network, heard(network).unmatched[:SHOWN]) for network in networks]
    context = {
        "rows": [(network, listed) for network, listed in rows if listed],
        "form": form,
        "crumbs": _way((_("Tên chưa khớp"), "")),
    }
    return render(request, "outages/unmatched.html", context, status=422 if form.errors else 200)
