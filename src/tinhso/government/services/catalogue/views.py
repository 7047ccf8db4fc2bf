"""The catalogue as everybody sees it: procedures by life event and words, one procedure, and how versions differ."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.access import may, public
from tinhso.foundation.dates import today
from tinhso.foundation.text import Text
from tinhso.government.services.catalogue import wording
from tinhso.government.services.catalogue.comparing import differences
from tinhso.government.services.catalogue.queries import appointment, exported, history, listed
from tinhso.government.services.ground.life_events import LIFE_EVENTS
from tinhso.government.services.ground.schema import LEVELS, ONLINE
from tinhso.government.services.models import Field, Procedure, ProcedureVersion
from tinhso.identity.queries import agencies_by_uid

PER_PAGE = 30
KINDS = {"json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8"}
Crumbs = list[tuple[str, str]]


class CatalogueFilter(forms.Form):
    """What to look for; an unknown choice is refused at its field."""

    q = forms.CharField(label=gettext_lazy("Từ khóa"), max_length=120, required=False)
    event = forms.ChoiceField(label=gettext_lazy("Việc cần làm"), required=False)
    field = forms.ModelChoiceField(
        Field.objects.order_by("name_vi"), label=gettext_lazy("Lĩnh vực"), required=False, to_field_name="code"
    )
    level = forms.ChoiceField(label=gettext_lazy("Cấp giải quyết"), required=False)
    online = forms.ChoiceField(label=gettext_lazy("Mức trực tuyến"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("Tất cả"))
        self.fields["event"].choices = [everything, *wording.choices(LIFE_EVENTS)]  # type: ignore[attr-defined]
        levels = {code: wording.LEVELS[code] for code in LEVELS}
        self.fields["level"].choices = [everything, *wording.choices(levels)]  # type: ignore[attr-defined]
        self.fields["online"].choices = [everything, *wording.choices(ONLINE)]  # type: ignore[attr-defined]
        field: Any = self.fields["field"]
        field.empty_label = _("Tất cả")
        field.label_from_instance = lambda row: str(row.title)


def _home(last: str = "") -> Crumbs:
    here = (_("Thủ tục hành chính"), reverse("services:procedures") if last else "")
    return [here, *([(last, "")] if last else [])]


def procedure_crumbs(row: Procedure, last: str = "") -> Crumbs:
    """The way to a procedure's page, or to a page below it."""
    address = reverse("services:procedure", args=[row.code])
    home = (_("Thủ tục hành chính"), reverse("services:procedures"))
    return [home, (str(row.title), address if last else ""), *([(last, "")] if last else [])]


@public
def procedures(request: HttpRequest) -> HttpResponse:
    form = CatalogueFilter(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    rows = Procedure.objects.in_force(today()).matching(wanted.get("q", ""))
    for name in ("level", "online", "field"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if event := wanted.get("event"):
        rows = rows.filter(events__contains=f" {event} ")
    page = Paginator(rows.select_related("field").order_by("sort_key", "code"), PER_PAGE).get_page(
        request.GET.get("trang")
    )
    context = {
        "form": form,
        "page": page,
        "rows": listed(list(page)),
        "events": LIFE_EVENTS.items(),
        "chosen": wanted.get("event"),
        "asked": any(wanted.values()),
        "query": wanted.get("q", ""),
        "crumbs": _home(),
    }
    return render(request, "services/catalogue/procedures.html", context, status=422 if form.errors else 200)


def _readable(request: HttpRequest, code: str) -> Procedure:
    return get_object_or_404(Procedure.objects.visible_to(request.user).select_related("field"), code=code)


@public
def procedure(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    """A procedure as a citizen needs it: the version in force, or the one asked for."""
    row = _readable(request, code)
    held = history(row)
    day = today()
    in_force = next((item for item in held if item.holds(day)), None)
    if number is None:
        shown = in_force or next((item for item in held if not item.replaced), held[0] if held else None)
    else:
        shown = next((item for item in held if item.version.number == number), None)
    if shown is None:
        if number is None and may(request.user, "services.edit_catalogue"):
            return render(
                request, "services/catalogue/unpublished.html", {"procedure": row, "crumbs": procedure_crumbs(row)}
            )
        raise Http404
    definition = shown.version.definition
    context = {
        "procedure": row,
        "held": held,
        "shown": shown,
        "open": shown is in_force,
        "in_force": in_force,
        "starts_later": shown.version.valid_from > day,
        "definition": definition,
        "told": wording.told(definition),
        "named": agencies_by_uid([step.agency for step in definition.steps if step.agency]),
        "due": appointment(definition.rule, timezone.now()) if shown is in_force else None,
        "day": day,
        "crumbs": procedure_crumbs(row, _("Phiên bản %(number)d") % {"number": number} if number else ""),
    }
    return render(request, "services/catalogue/procedure.html", context)


class CompareForm(forms.Form):
    """Two versions of one procedure."""

    tu = forms.ChoiceField(label=gettext_lazy("Từ phiên bản"))
    den = forms.ChoiceField(label=gettext_lazy("Đến phiên bản"))

    def __init__(self, versions: list[ProcedureVersion], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        since = Text("từ", "since")
        choices = [(str(row.number), f"{row.number} ({since} {row.valid_from:%d/%m/%Y})") for row in versions]
        for name in ("tu", "den"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


@public
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """What differs between two versions of a procedure, part by part."""
    row = _readable(request, code)
    versions = list(row.versions.order_by("number"))
    if not versions:
        raise Http404
    numbers = {str(item.number): item for item in versions}
    last = versions[-1]
    before = versions[-2] if len(versions) > 1 else last
    form = CompareForm(
        versions, {"tu": request.GET.get("tu", before.number), "den": request.GET.get("den", last.number)}
    )
    changes = None
    if form.is_valid():
        first, second = numbers[form.cleaned_data["tu"]], numbers[form.cleaned_data["den"]]
        changes = differences(first.definition.content, second.definition.content)
    title = _("So sánh phiên bản")
    context = {"procedure": row, "form": form, "changes": changes, "crumbs": procedure_crumbs(row, title)}
    return render(request, "services/catalogue/compare.html", context, status=422 if form.errors else 200)


def _file(content: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@public
def export(request: HttpRequest, kind: str, code: str = "") -> HttpResponse:
    """The published catalogue, or one procedure, as a file that can be imported again."""
    if kind not in KINDS:
        raise Http404
    text, unknown = exported(kind, [code] if code else [])
    if unknown:
        raise Http404
    return _file(text, KINDS[kind], f"{code or 'procedures'}.{kind}")
