"""The core of a network: choose its nodes by searching, withdraw a choice, read every choice made."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.access import may, requires
from tinhso.foundation.dates import parse_day, today
from tinhso.foundation.forms import attempt
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.foundation.text import fold
from tinhso.infrastructure.network.commands_core import choose_core, withdraw_core
from tinhso.infrastructure.network.models import CoreChoice, Network, Node, Reading
from tinhso.infrastructure.network.pages import CHOOSE, EXACT, actor_of, crumbs, network_of
from tinhso.infrastructure.network.queries import idle_core

SHOWN, LONGEST = 50, 200


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class CoreForm(forms.Form):
    valid_from = _day_field(gettext_lazy("Có hiệu lực từ ngày"))
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=500)


class WithdrawForm(forms.Form):
    prefix = "rut"
    valid_from = _day_field(gettext_lazy("Không còn lõi từ ngày"))
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=500)


@requires(CHOOSE)
def core(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose or withdraw the core (POST); search its nodes (GET: `tim`, what was chosen so far in `nodes`)."""
    network = network_of(request, uuid)
    choices = list(CoreChoice.objects.filter(network=network).order_by("-recorded_at", "-valid_from"))
    in_force = next((choice for choice in choices if _holds(choice)), None)
    said = request.POST if request.method == "POST" else request.GET
    withdrawing = "rut" in said
    chosen = list(dict.fromkeys(said.getlist("nodes")))
    if not withdrawing and not set(said) & {"nodes", "tim", "valid_from"} and in_force:
        chosen = json.loads(in_force.nodes)
    in_force_nodes: list[str] = json.loads(in_force.nodes) if in_force else []
    asked: dict[str, Any] = {
        "valid_from": said.get("valid_from") or _begin(network, choices),
        "reason": said.get("reason", ""),
    }
    posted = request.method == "POST"
    form = CoreForm(said) if posted and not withdrawing else CoreForm(initial=asked)
    withdraw = WithdrawForm(said) if posted and withdrawing else WithdrawForm(initial={"valid_from": today()})
    done = ""
    if posted and not withdrawing and form.is_valid():
        given = {"actor": actor_of(request), "network": network, **form.cleaned_data}
        if attempt(form, lambda: choose_core(nodes=chosen, **given)):
            done = _("Đã ghi lựa chọn lõi.")
    elif posted and withdrawing and withdraw.is_valid():
        given = {"actor": actor_of(request), "network": network, **withdraw.cleaned_data}
        if attempt(withdraw, lambda: withdraw_core(**given)):
            done = _("Đã rút lựa chọn lõi; lịch sử vẫn còn.")
    if done:
        messages.success(request, done)
        return redirect("infrastructure:core", uuid=uuid)
    exact = may(request.user, EXACT)
    day = parse_day(str(asked["valid_from"])) or today()
    found, number = _found(network, day, said.get("tim", "")[:LONGEST], exact, set(chosen))
    named = {node for choice in choices for node in json.loads(choice.nodes)} | set(chosen)
    names = _names(network, named) if exact else {}
    context = {
        "network": network,
        "form": form,
        "withdraw": withdraw,
        "asked": said.get("tim", "")[:LONGEST],
        "exact": exact,
        "day": day,
        "chosen": [(node, names.get(node, "")) for node in chosen],
        "found": found,
        "number": number,
        "choices": [(choice, [(node, names.get(node, "")) for node in json.loads(choice.nodes)]) for choice in choices],
        "in_force": None if in_force is None or in_force.withdrawn else in_force,
        "in_force_nodes": len(in_force_nodes),
        "core_idle": len(idle_core(network, in_force_nodes, today())) if in_force_nodes else 0,
        "today": today(),
        "crumbs": crumbs((network.name, link_to("infrastructure:network", uuid)), (_("Lõi"), "")),
    }
    return render(request, "infrastructure/core.html", context, status=422 if posted else 200)


def _begin(network: Network, choices: list[CoreChoice]) -> date:
    """Where a first choice begins: with the network's first reading; a later one today."""
    first = None if choices else Reading.objects.known_at().filter(network=network).order_by("valid_from").first()
    return first.valid_from if first and first.valid_from else today()


def _holds(choice: CoreChoice) -> bool:
    day = today()
    return (
        choice.superseded_at is None
        and (choice.valid_from is None or choice.valid_from <= day)
        and (choice.valid_to is None or choice.valid_to > day)
    )


def _names(network: Network, nodes: set[str]) -> dict[str, str]:
    rows = Node.objects.known_at().filter(network=network, element_id__in=nodes)
    return dict(rows.values_list("element_id", "name"))


def _found(network: Network, day: date, asked: str, exact: bool, but: set[str]) -> tuple[list[tuple[str, str]], int]:
    """The first nodes of a day that match, without those chosen, and how many match.

    Names of nodes are for those who may see exact routes; others find a node by its whole identifier, which they know
    from elsewhere or not at all.
    """
    rows = Node.objects.filter(network=network).as_of(day)
    if not exact:
        match = [] if not asked.strip() else list(rows.filter(element_id=asked.strip()).values_list("element_id"))
        fit = [(node, "") for (node,) in match if node not in but]
        return fit, len(fit)
    words = fold(asked)
    pairs = rows.order_by("name", "element_id").values_list("element_id", "name")
    if not words:
        fit = [(node, name) for node, name in pairs[: SHOWN + len(but)] if node not in but]
        return fit[:SHOWN], rows.count()
    fit = [
        (node, name)
        for node, name in pairs.iterator(chunk_size=10_000)
        if node not in but and (words in fold(name) or words in fold(node))
    ]
    return fit[:SHOWN], len(fit)
