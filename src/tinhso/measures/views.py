"""Pages of figures: all indicators, one figure on a day, one measurement for ever, its bundle, questions on it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tinhso.foundation.access import public, requires
from tinhso.foundation.dates import parse_day, today
from tinhso.foundation.errors import Invalid, TooMany
from tinhso.foundation.forms import tell
from tinhso.foundation.text import fold
from tinhso.identity.limits import client_address, hit
from tinhso.measures import bundle, charts, figures
from tinhso.measures.commands import request_measuring
from tinhso.measures.contract import RATIO, Value, indicators
from tinhso.measures.formats import shown, whole
from tinhso.measures.forms import MeasureForm, QuestionForm
from tinhso.measures.models import Measurement, Question
from tinhso.measures.queries import SIGNING_PROVINCE, latest, rule_sources, series
from tinhso.measures.questions import PUBLIC, ask
from tinhso.measures.wording import STATES, shown_rows
from tinhso.proof.queries import in_log

PER_PAGE = 25


def asked_day(request: HttpRequest) -> date:
    """The day in `ngay`, today when absent; Invalid when it is no date."""
    text = request.GET.get("ngay")
    day = parse_day(text) if text else today()
    if day is None:
        raise Invalid(_("“%(text)s” không phải là ngày.") % {"text": text[:40] if text else ""}, place="ngay")
    return day


@public
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator with its latest value."""
    return _index(request)


def _index(request: HttpRequest, form: MeasureForm | None = None) -> HttpResponse:
    """The page; `form` is a refused order to measure."""
    day, scope = asked_day(request), request.GET.get("pham-vi", SIGNING_PROVINCE)
    context = {
        "cards": figures.cards(scope, day),
        "scope": scope,
        "scope_title": figures.title_of(scope) if scope != SIGNING_PROVINCE else None,
        "day": day,
        "today": today(),
        "form": form or MeasureForm(initial={"as_of": day}),
        "crumbs": [(_("Chỉ số"), reverse("measures:indicators"))],
    }
    return render(request, "measures/index.html", context, status=422 if form else 200)


@public
@require_GET
def figure(request: HttpRequest, indicator_id: str) -> HttpResponse:
    """One figure as it stood on a day."""
    declared, day = indicators.get(indicator_id), asked_day(request)
    scope = request.GET.get("pham-vi", SIGNING_PROVINCE)
    found = latest(indicator_id, scope, day)
    if declared is None and found is None:
        raise Http404(indicator_id)
    return render(request, "measures/figure.html", _figure(request, indicator_id, scope, day, found))


@public
@require_GET
def measurement(request: HttpRequest, pk: int) -> HttpResponse:
    """One measurement under an address that never changes."""
    found = get_object_or_404(Measurement.objects.visible_to(request.user), pk=pk)
    context = _figure(request, found.indicator, found.scope, found.as_of, found)
    return render(request, "measures/figure.html", {**context, "permanent": True})


def _figure(
    request: HttpRequest, indicator_id: str, scope: str, day: date, found: Measurement | None
) -> dict[str, Any]:
    declared = indicators.get(indicator_id)
    past = series(indicator_id, scope)
    changes = figures.generation_changes(scope, past[0].as_of, past[-1].as_of) if past else []
    title = declared.title if declared else indicator_id
    chart = charts.history(past, changes)
    context = {
        "indicator_id": indicator_id,
        "declared": declared,
        "title": title,
        "scope": scope,
        "scope_title": figures.title_of(scope) if past or found else scope,
        "day": day,
        "today": today(),
        "measurement": found,
        "chart": chart,
        "chart_top": shown(Value(past[0].kind, int(chart.ticks[-1][1]), 1), past[0].unit) if chart else None,
        "past": [(one, shown(one.value, one.unit), one.as_of in _first_after(past, changes)) for one in reversed(past)],
        "crumbs": [(_("Chỉ số"), reverse("measures:indicators")), (str(title), request.path)],
    }
    return {**context, **_evidence(request, found)} if found else context


def _first_after(past: list[Measurement], changes: list[date]) -> set[date]:
    """The first measured day of each new generation of units."""
    days = [one.as_of for one in past]
    return {min(day for day in days if day >= change) for change in changes}


def _evidence(request: HttpRequest, found: Measurement) -> dict[str, Any]:
    units = figures.units_of(found)
    told = shown_rows(found, units, indicators.get(found.indicator))
    state, words = request.GET.get("loc", ""), fold(request.GET.get("tim", ""))
    listed = [row for row in told if (not state or row.state == state) and words in fold(f"{row.title} {row.key}")]
    tally = Counter(row.state for row in told)
    questions = Question.objects.filter(indicator=found.indicator, state=Question.RELEASED).order_by("-asked_at")
    return {
        "value": shown(found.value, found.unit),
        "bundle_ready": in_log(found.entry_id),
        "row_count": whole(found.rows),
        "told": any(row.facts for row in listed),
        "map": figures.row_map(found, told, units),
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("trang")),
        "states": [(code, text, tally[code]) for code, text in STATES.items() if tally[code]],
        "weighted": found.kind != RATIO or any(row.counted not in ("0/1", "1/1", "") for row in told),
        "state": state,
        "words": request.GET.get("tim", ""),
        "sources": rule_sources(found).items(),
        "facts": [
            (_("Phiên bản chỉ số"), str(found.version)),
            (_("Đo lúc"), found.measured_at),
            (_("Theo điều đã biết đến"), found.known_at),
            (_("Mã băm quy tắc"), found.rule_hash),
            (_("Gốc cây băm của các hàng"), found.rows_root),
            (_("Mã băm đầu vào"), found.inputs_sha256),
        ],
        "form": QuestionForm(),
        "questions": questions.select_related("measurement").prefetch_related("answers__file")[:50],
    }


@public
@require_POST
def ask_about(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a question on a figure."""
    found = get_object_or_404(Measurement, pk=pk)
    form, status = QuestionForm(request.POST), 422
    # People never see the field "website"; a machine that filled it in learns nothing.
    if form.is_valid() and not request.POST.get("website"):
        actor = request.user.actor() if request.user.is_authenticated else PUBLIC
        try:
            hit("question", client_address(request), limit=5, seconds=3600)
            ask(actor=actor, measurement=found, **form.cleaned_data)
        except TooMany as refused:
            tell(form, refused)
            status = 429
    if not form.is_valid():
        context = _figure(request, found.indicator, found.scope, found.as_of, found)
        return render(request, "measures/figure.html", {**context, "permanent": True, "form": form}, status=status)
    messages.success(request, _("Đã nhận câu hỏi. Câu hỏi hiện công khai sau khi được kiểm duyệt."))
    return redirect(f"{reverse('measures:measurement', args=[pk])}#cau-hoi")


@public
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence bundle of a measurement."""
    found = get_object_or_404(Measurement.objects.select_related("entry").visible_to(request.user), pk=pk)
    response = HttpResponse(bundle.packed(bundle.contents(found)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{bundle.file_name(found)}"'
    return response


@requires("measures.run")
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Queue a measuring of the signing province."""
    form = MeasureForm(request.POST)
    if not form.is_valid():
        return _index(request, form)
    names = request.POST.getlist("indicator") or None
    scope = request.POST.get("scope") or SIGNING_PROVINCE
    day = form.cleaned_data["as_of"]
    request_measuring(actor=request.user.actor(), scope=scope, as_of=day, indicator_ids=names)  # type: ignore[union-attr]
    messages.success(request, _("Đã đưa phép đo vào hàng đợi. Kết quả hiện ở đây sau ít phút."))
    if names and len(names) == 1:
        return redirect(f"{reverse('measures:figure', args=names)}?{urlencode({'pham-vi': scope, 'ngay': day})}")
    return redirect("measures:indicators")
