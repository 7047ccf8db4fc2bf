"""Pages on which engineers record shared risks and reliability, with everything recorded so far."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid, Problem
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.resilience.asked import actor_of, crumbs, network_of
from tinhso.infrastructure.resilience.commands import end_group, end_reliability, record_group, record_reliability
from tinhso.infrastructure.resilience.models import RISKS, TARGETS, Reliability, SharedRiskGroup
from tinhso.infrastructure.resilience.rates import rates_on
from tinhso.infrastructure.resilience.weak import node_names, span_names

PER_PAGE = 50
MANAGE = "resilience.manage"


def _date(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class GroupForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Tên nhóm"), max_length=200)
    code = forms.CharField(
        label=gettext_lazy("Mã nhóm"),
        max_length=60,
        help_text=gettext_lazy("Chữ không dấu, số, dấu gạch. Ghi lại mã cũ để sửa nhóm ấy."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Loại rủi ro"))
    spans = forms.CharField(
        label=gettext_lazy("Mã các đoạn cáp, mỗi dòng một mã"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    nodes = forms.CharField(
        label=gettext_lazy("Mã các nút, mỗi dòng một mã"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    valid_from = _date(gettext_lazy("Có hiệu lực từ ngày"))
    source = forms.CharField(label=gettext_lazy("Nguồn, căn cứ"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, str(title)) for code, title in RISKS.items()]  # type: ignore[attr-defined]


class ReliabilityForm(forms.Form):
    target = forms.ChoiceField(label=gettext_lazy("Áp dụng cho"))
    subject = forms.CharField(
        label=gettext_lazy("Mã phần tử hoặc mã loại"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Ví dụ belowGround, fibre, hay mã một đoạn cáp. Để trống nếu áp dụng cho mọi phần tử."),
    )
    mtbf_hours = forms.IntegerField(
        label=gettext_lazy("Thời gian trung bình giữa hai lần hỏng (MTBF, giờ)"), min_value=1
    )
    mttr_minutes = forms.IntegerField(label=gettext_lazy("Thời gian sửa trung bình (MTTR, phút)"), min_value=0)
    per_km = forms.BooleanField(
        label=gettext_lazy("MTBF là của một ki-lô-mét cáp: đoạn dài L km hỏng L lần thường hơn"), required=False
    )
    general = forms.BooleanField(label=gettext_lazy("Cho mọi mạng, không riêng mạng này"), required=False)
    valid_from = _date(gettext_lazy("Có hiệu lực từ ngày"))
    source = forms.CharField(label=gettext_lazy("Nguồn, căn cứ"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [(code, str(title)) for code, title in TARGETS.items()]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    row = forms.IntegerField()
    valid_to = forms.DateField()
    reason = forms.CharField(max_length=300)


def _told(form: forms.Form, problem: Problem) -> None:
    field = problem.place if problem.place in form.fields else None
    form.add_error(field, " ".join(part for part in (problem.what, problem.mend) if part))


def _ending(request: HttpRequest) -> dict[str, Any]:
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Thiếu ngày kết thúc hoặc lý do."), place="valid_to", mend=_("Điền cả hai rồi gửi lại."))
    return form.cleaned_data


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@requires(MANAGE)
def groups(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record a shared risk group, end one, and see every version."""
    network = network_of(request, uuid)
    recorded = SharedRiskGroup.objects.visible_to(request.user).filter(network=network)
    form = GroupForm(request.POST if "code" in request.POST else None, initial={"valid_from": today()})
    if request.method == "POST" and "row" in request.POST:
        given = _ending(request)
        row = get_object_or_404(recorded, pk=given["row"])
        end_group(actor=actor_of(request), group=row, valid_to=given["valid_to"], reason=given["reason"])
        messages.success(request, _("Đã kết thúc nhóm “%(name)s”.") % {"name": row.name})
        return redirect("resilience:groups", uuid=uuid)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = record_group(
                actor=actor_of(request),
                network=network,
                **{**given, "spans": _lines(given["spans"]), "nodes": _lines(given["nodes"])},
            )
        except Problem as problem:
            _told(form, problem)
        else:
            messages.success(request, _("Đã ghi nhóm “%(name)s”.") % {"name": made.name})
            return redirect("resilience:groups", uuid=uuid)
    return _page(request, network, form, recorded, template="resilience/groups.html", title=_("Nhóm rủi ro chung"))


@requires(MANAGE)
def reliability(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record how often elements fail and how long repairs take, end a record, and see every version."""
    network = network_of(request, uuid)
    recorded = Reliability.objects.visible_to(request.user).filter(Q(network=network) | Q(network=None))
    form = ReliabilityForm(request.POST if "target" in request.POST else None, initial={"valid_from": today()})
    if request.method == "POST" and "row" in request.POST:
        given = _ending(request)
        row = get_object_or_404(recorded, pk=given["row"])
        end_reliability(actor=actor_of(request), row=row, valid_to=given["valid_to"], reason=given["reason"])
        messages.success(request, _("Đã kết thúc bản ghi độ tin cậy."))
        return redirect("resilience:reliability", uuid=uuid)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        general = given.pop("general")
        try:
            record_reliability(actor=actor_of(request), network=None if general else network, **given)
        except Problem as problem:
            _told(form, problem)
        else:
            messages.success(request, _("Đã ghi độ tin cậy."))
            return redirect("resilience:reliability", uuid=uuid)
    return _page(
        request,
        network,
        form,
        recorded,
        template="resilience/reliability.html",
        title=_("Độ tin cậy phần tử mạng"),
        rates=rates_on(network, today()),
    )


def _page(
    request: HttpRequest, network: Network, form: forms.Form, recorded: Any, *, template: str, title: str, **more: Any
) -> HttpResponse:
    day = today()
    listed = recorded.order_by("-recorded_at", "-valid_from", "-pk")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "network": network,
        "day": day,
        "form": form,
        "page": page,
        "named": _named(network, page.object_list) if recorded.model is SharedRiskGroup else None,
        "in_force": set(recorded.as_of(day).values_list("pk", flat=True)),
        "crumbs": crumbs(
            network, (_("Điểm yếu của mạng"), link_to("resilience:weak_points", network.uuid)), (title, "")
        ),
        **more,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _named(network: Network, rows: Any) -> list[tuple[SharedRiskGroup, list[tuple[str, str]]]]:
    """Groups with the name and id of each of their elements, as recorded today."""
    listed = list(rows)
    spans = span_names(network, {one for row in listed for one in row.span_ids}, today())
    nodes = node_names(network, {one for row in listed for one in row.node_ids}, today())
    return [
        (row, [(spans.get(one, ""), one) for one in row.span_ids] + [(nodes.get(one, ""), one) for one in row.node_ids])
        for row in listed
    ]
