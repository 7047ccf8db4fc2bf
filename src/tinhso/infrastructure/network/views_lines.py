"""Which nodes serve which agencies, for those who keep the record."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.foundation.forms import attempt
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.foundation.text import fold
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.network.commands_core import connect_agencies, disconnect_agency
from tinhso.infrastructure.network.models import AgencyConnection, Network
from tinhso.infrastructure.network.pages import CHOOSE, actor_of, crumbs, network_of

PER_PAGE = 50


class LineForm(forms.Form):
    agency = forms.CharField(label=gettext_lazy("Mã cơ quan trong hệ thống"), max_length=80)
    node = forms.CharField(label=gettext_lazy("Mã nút phục vụ"), max_length=200)
    valid_from = forms.DateField(
        label=gettext_lazy("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    basis = forms.CharField(label=gettext_lazy("Căn cứ"), max_length=300)


class EndForm(forms.Form):
    line = forms.IntegerField(widget=forms.HiddenInput)
    valid_to = forms.DateField(label=gettext_lazy("Từ ngày"))
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=300)


@requires(CHOOSE)
def lines(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Which nodes serve which agencies: record a line, end one."""
    network = network_of(request, uuid)
    form = LineForm(request.POST if "agency" in request.POST else None, initial={"valid_from": today()})
    ending = EndForm(request.POST if "line" in request.POST else None)
    if request.method == "POST":
        done = _end_line(request, network, ending) if ending.is_bound else _add_line(request, network, form)
        if done:
            messages.success(request, done)
            return redirect("infrastructure:lines", uuid=uuid)
    recorded = list(AgencyConnection.objects.filter(network=network).known_at().order_by("agency_uid", "node_id"))
    agencies = agencies_by_uid([line.agency_uid for line in recorded])
    listed = [(line, agencies.get(line.agency_uid), str(line.pk)) for line in recorded]
    asked = request.GET.get("tim", "")
    if words := fold(asked):
        listed = [
            (line, agency, key)
            for line, agency, key in listed
            if words in fold(f"{agency.title if agency else ''} {line.agency_uid} {line.node_id}")
        ]
    context = {
        "network": network,
        "form": form,
        "ending": ending,
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("trang")),
        "asked": asked,
        "recorded": bool(recorded),
        "day": today(),
        "crumbs": crumbs((network.name, link_to("infrastructure:network", uuid)), (_("Đường tới cơ quan"), "")),
    }
    return render(
        request, "infrastructure/agency_lines.html", context, status=422 if form.errors or ending.errors else 200
    )


def _add_line(request: HttpRequest, network: Network, form: LineForm) -> str:
    if not form.is_valid():
        return ""
    given = form.cleaned_data
    made = attempt(
        form,
        lambda: connect_agencies(
            actor=actor_of(request),
            network=network,
            lines=[(given["agency"], given["node"])],
            valid_from=given["valid_from"],
            basis=given["basis"],
        ),
    )
    return "" if made is None else _("Đã ghi đường tới cơ quan.")


def _end_line(request: HttpRequest, network: Network, form: EndForm) -> str:
    if not form.is_valid():
        return ""
    given = form.cleaned_data
    line = get_object_or_404(AgencyConnection.objects.filter(network=network), pk=given["line"])
    ended = attempt(
        form,
        lambda: disconnect_agency(
            actor=actor_of(request), line=line, valid_to=given["valid_to"], reason=given["reason"]
        ),
    )
    return "" if ended is None else _("Đã kết thúc đường tới cơ quan.")
