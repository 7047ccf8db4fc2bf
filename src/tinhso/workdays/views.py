"""Pages of the calendar: a year, its versions and their differences, the calculator, publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.foundation.access import public, requires
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid, Problem
from tinhso.foundation.forms import attempt, tell
from tinhso.workdays import commands, queries
from tinhso.workdays.asking import ask
from tinhso.workdays.explain import WEEKDAYS, digest
from tinhso.workdays.forms import CompareForm, DueForm, PublishForm, YearForm, parsed
from tinhso.workdays.grids import months, named_days, working_days
from tinhso.workdays.models import CalendarVersion
from tinhso.workdays.official import NOTICES, shipped

PER_PAGE = 30
PLACES = {"received": "nhan", "unit": "don_vi", "amount": "so", "cut_off": "chot"}


def crumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Lịch làm việc"), reverse("workdays:calendar")), *further]


def _version(number: str) -> Any:
    return queries.calendar(int(number)) if number else queries.current()


@public
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year as twelve small months, with the act behind every day that is not as its weekday says."""
    newest = queries.current()
    asked = {"nam": request.GET.get("nam") or str(today().year), "ban": request.GET.get("ban", "")}
    form = YearForm(asked, calendar=newest)
    context: dict[str, Any] = {"crumbs": crumbs(), "form": form, "weekdays": WEEKDAYS}
    if not form.is_valid():
        return render(request, "workdays/calendar.html", context, status=422)
    year, shown = form.cleaned_data["nam"], _version(form.cleaned_data["ban"])
    if not shown.first.year <= year <= shown.last.year:
        form.add_error(
            "nam", _("Bản này chỉ có từ năm %(a)d đến năm %(b)d.") % {"a": shown.first.year, "b": shown.last.year}
        )
        return render(request, "workdays/calendar.html", context, status=422)
    context |= {
        "year": year,
        "ban": form.cleaned_data["ban"],
        "shown": shown,
        "published": CalendarVersion.objects.filter(sha256=shown.sha256).first(),
        "provisional": shown.provisional(year),
        "act": shown.years[year],
        "months": months(shown, year),
        "days": named_days(shown, year),
        "working": working_days(shown, year),
        "hours": shown.content["hours"],
        "before": year - 1 if year > shown.first.year else None,
        "after": year + 1 if year < shown.last.year else None,
    }
    return render(request, "workdays/calendar.html", context)


@public
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every published version, and what differs between two of them."""
    listed = CalendarVersion.objects.order_by("-number").defer("content")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("trang"))
    form = CompareForm(request.GET if "truoc" in request.GET else None)
    context: dict[str, Any] = {
        "crumbs": crumbs((_("Các bản"), "")),
        "page": page,
        "form": form,
        "latest": page.paginator.count,
    }
    if form.is_valid():
        former, later = (queries.calendar(int(form.cleaned_data[name])) for name in ("truoc", "sau"))
        context["difference"] = queries.difference(former, later)
    return render(request, "workdays/versions.html", context, status=422 if form.errors else 200)


@public
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """The calculator: a time limit in, the due date and every day of it out. The address holds the question."""
    form = DueForm(request.GET or None)
    context: dict[str, Any] = {"crumbs": crumbs((_("Tính ngày hẹn"), "")), "form": form}
    if form.is_valid():
        given = form.cleaned_data
        pauses, places = form.pauses()
        used = _version(given["ban"])
        found = attempt(
            form,
            lambda: ask(
                received=given["nhan"],
                unit=given["don_vi"],
                amount=given["so"],
                cut_off=given["chot"],
                pauses=pauses,
                calendar=used,
            ),
            PLACES | places,
        )
        if found:
            answer, lines, rule = found
            context |= {
                "answer": answer,
                "lines": lines,
                "rule": rule,
                "used": used,
                "digest": digest(lines),
                "left": _("%(left)s giờ") % {"left": f"{answer.left // 3600}:{answer.left // 60 % 60:02}"}
                if rule.unit == "hours"
                else _("%(left)d ngày") % {"left": answer.left},
            }
    return render(request, "workdays/due.html", context, status=422 if form.errors else 200)


@requires("workdays.publish")
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Publish a calendar: first see which days change, then say why."""
    form = PublishForm(request.POST or None, request.FILES or None, initial={"notices": NOTICES.read_text()})
    context: dict[str, Any] = {"crumbs": crumbs((_("Ban hành"), "")), "form": form, "shipped": shipped()}
    if request.method == "POST" and form.is_valid():
        try:
            text = form.text()
            # The file itself cannot be shown again: its content can.
            shown = request.POST.copy()
            shown["notices"] = text
            form.data = shown
            notices = parsed(text)
            former, fresh = queries.current(), commands.read(notices)
            mark = f"{former.sha256}.{fresh.sha256}"
            shown["seen"] = mark
            context["difference"] = queries.difference(former, fresh)
            context["fresh"] = fresh
            if "publish" in request.POST:
                if form.cleaned_data["seen"] != mark:
                    raise Invalid(
                        _("Nội dung hoặc lịch đang dùng đã đổi sau lần xem trước."), mend=_("Xem lại rồi ban hành.")
                    )
                user: Any = request.user
                version = commands.publish_calendar(
                    actor=user.actor(), notices=notices, reason=form.cleaned_data["reason"]
                )
                messages.success(request, _("Đã ban hành bản lịch số %(n)d.") % {"n": version.number})
                return redirect("workdays:versions")
        except Problem as refused:
            if refused.place and refused.place not in form.fields:
                # A line, or a pointer into the text: worth telling, since it is where to mend.
                where = "" if refused.place == "calendar" else f"{refused.place}: "
                refused.what, refused.place = f"{where}{refused.what}", "notices"
            tell(form, refused)
    return render(request, "workdays/publish.html", context, status=422 if form.errors else 200)
