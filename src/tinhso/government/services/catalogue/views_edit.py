"""The editor's pages: drafts, publishing, retiring."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.files.imports import ImportRefused
from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Forbidden, Invalid, Problem
from tinhso.foundation.forms import acted, tell
from tinhso.foundation.json_faults import json_fault
from tinhso.foundation.text import Text
from tinhso.government.services.catalogue import commands
from tinhso.government.services.catalogue.comparing import differences
from tinhso.government.services.catalogue.csv_files import base_of, newest, skeleton
from tinhso.government.services.catalogue.forms import (
    DefinitionForms,
    DraftTextForm,
    FieldForm,
    NewProcedureForm,
    PublishForm,
    ReinstateForm,
    RetireForm,
)
from tinhso.government.services.ground.faults import faults
from tinhso.government.services.models import Procedure
from tinhso.proof.audit import Actor

PER_PAGE = 50
RIGHT = "services.edit_catalogue"


def _actor(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        raise Forbidden(_("Cần đăng nhập."))
    return request.user.actor()


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Thủ tục hành chính"), reverse("services:procedures")),
        (_("Biên tập danh mục"), reverse("services:edit_catalogue")),
        *more,
    ]


def _below(row: Procedure, last: str = "") -> list[tuple[str, str]]:
    here = (row.code, reverse("services:edit_procedure", args=[row.code]))
    return _crumbs(here, *([(last, "")] if last else []))


def _row(code: str) -> Procedure:
    return get_object_or_404(Procedure.objects.prefetch_related("versions"), code=code)


def _form_page(request: HttpRequest, form: Form, act: Callable[[dict[str, Any]], str], **context: Any) -> HttpResponse:
    """Show a form; when posted and valid, `act(cleaned)` does it and says where to go next."""
    if done := acted(request, form, act):
        return done
    context |= {"form": form}
    template = context.pop("template", "services/catalogue/form.html")
    return render(request, template, context, status=422 if form.is_bound else 200)


@requires(RIGHT)
def edit_catalogue(request: HttpRequest) -> HttpResponse:
    """Every procedure with where it stands: draft, in force, retired."""
    query = request.GET.get("q", "")[:120]
    rows = Procedure.objects.matching(query).select_related("field").annotate(newest=Max("versions__number"))
    page = Paginator(rows.order_by("sort_key", "code"), PER_PAGE).get_page(request.GET.get("trang"))
    context = {"page": page, "q": query, "day": today(), "crumbs": _crumbs()}
    return render(request, "services/catalogue/edit_list.html", context)


@requires(RIGHT)
def new_procedure(request: HttpRequest) -> HttpResponse:
    def act(said: dict[str, Any]) -> str:
        name = {"vi": said["name_vi"], "en": said["name_en"]}
        content = {**skeleton(), "name": name, "field": said["field"].code, "level": said["level"]}
        row = commands.create_procedure(actor=_actor(request), code=said["code"].strip(), content=content)
        messages.success(request, _("Đã lập bản thảo. Điền các phần còn lại rồi công bố."))
        return reverse("services:edit_procedure", args=[row.code])

    title = _("Thủ tục mới")
    return _form_page(
        request,
        NewProcedureForm(request.POST or None),
        act,
        title=title,
        submit=_("Lập bản thảo"),
        back=reverse("services:edit_catalogue"),
        crumbs=_crumbs((title, "")),
    )


@requires(RIGHT)
def new_field(request: HttpRequest) -> HttpResponse:
    def act(said: dict[str, Any]) -> str:
        name = Text(said["name_vi"].strip(), said["name_en"].strip())
        commands.save_field(actor=_actor(request), code=said["code"].strip(), name=name)
        messages.success(request, _("Đã ghi lĩnh vực."))
        return reverse("services:edit_catalogue")

    title = _("Thêm hoặc đổi tên lĩnh vực")
    return _form_page(
        request,
        FieldForm(request.POST or None),
        act,
        title=title,
        submit=_("Lưu"),
        back=reverse("services:edit_catalogue"),
        crumbs=_crumbs((title, "")),
    )


@requires(RIGHT)
def edit_procedure(request: HttpRequest, code: str) -> HttpResponse:
    """The draft as a form; without a draft the newest version is what an edit begins with."""
    row = _row(code)
    content = base_of(row)
    sent = request.POST if request.method == "POST" else None
    forms = DefinitionForms(content, commands.draft_hash(row), sent)
    if sent is not None and forms.is_valid():
        try:
            seen = forms.basics.cleaned_data["seen"]
            commands.save_draft(actor=_actor(request), code=code, content=forms.part(), seen=seen)
        except Forbidden:
            raise
        except Problem as refused:
            tell(forms.basics, refused)
        else:
            messages.success(request, _("Đã lưu bản thảo."))
            return redirect("services:edit_procedure", code)
    found = faults(content) if row.draft and sent is None else []
    forms.tell(found)
    context = {
        "procedure": row,
        "forms": forms,
        "faults": found,
        "published": bool(row.versions.all()),
        "unsaid_optional": True,
        "crumbs": _below(row),
    }
    return render(request, "services/catalogue/edit.html", context, status=200 if sent is None else 422)


@requires(RIGHT)
def edit_json(request: HttpRequest, code: str) -> HttpResponse:
    """The draft as JSON text, for what the form does not ask."""
    row = _row(code)
    content = base_of(row)

    def act(said: dict[str, Any]) -> str:
        try:
            typed = json.loads(said["text"])
        except json.JSONDecodeError as error:
            fault = json_fault(error, _("Không phải JSON"))
            raise Invalid(f"{fault.place}: {fault.what}", place="text", mend=fault.mend) from error
        except (RecursionError, ValueError) as error:
            raise Invalid(_("Không đọc được JSON này."), place="text") from error
        if not isinstance(typed, dict):
            raise Invalid(_("Định nghĩa là một nhóm { }."), place="text")
        try:
            commands.save_draft(actor=_actor(request), code=code, content=typed, seen=said["seen"])
        except ImportRefused as refused:
            told = "; ".join(f"{item.place}: {item.reason}" for item in refused.findings)
            raise Invalid(told, place="text") from refused
        messages.success(request, _("Đã lưu bản thảo."))
        return reverse("services:edit_json", args=[code])

    text = json.dumps(content, ensure_ascii=False, indent=2)
    initial = {"text": text, "seen": commands.draft_hash(row)}
    return _form_page(
        request,
        DraftTextForm(request.POST or None, initial=initial),
        act,
        template="services/catalogue/edit_json.html",
        procedure=row,
        faults=faults(content) if row.draft else [],
        crumbs=_below(row, "JSON"),
    )


@requires(RIGHT)
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """What publishing would change, its faults, and from when."""
    row = _row(code)
    content = base_of(row)
    found = faults(content) if row.draft else []

    def act(said: dict[str, Any]) -> str:
        version = commands.publish(actor=_actor(request), code=code, **said)
        messages.success(request, _("Đã công bố phiên bản %(number)d.") % {"number": version.number})
        return reverse("services:procedure_version", args=[code, version.number])

    initial = {"valid_from": today(), "seen": commands.draft_hash(row)}
    title = _("Công bố")
    return _form_page(
        request,
        PublishForm(request.POST or None, initial=initial),
        act,
        template="services/catalogue/publish.html",
        procedure=row,
        faults=found,
        changes=differences(newest(row), content) if row.draft and not found and row.versions.all() else None,
        crumbs=_below(row, title),
    )


@requires(RIGHT)
def discard(request: HttpRequest, code: str) -> HttpResponse:
    row = _row(code)

    def act(said: dict[str, Any]) -> str:
        commands.discard_draft(actor=_actor(request), code=code)
        messages.success(request, _("Đã bỏ bản thảo."))
        return reverse("services:edit_catalogue")

    title = _("Bỏ bản thảo")
    return _form_page(
        request,
        Form(request.POST if request.method == "POST" else None),
        act,
        title=title,
        lead=_("Những gì chưa công bố của %(code)s sẽ mất; các phiên bản đã công bố giữ nguyên.") % {"code": code},
        submit=title,
        back=reverse("services:edit_procedure", args=[code]),
        crumbs=_below(row, title),
    )


@requires(RIGHT)
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """End a procedure, or take its retirement back."""
    row = _row(code)
    retired = row.retired_from is not None

    def act(said: dict[str, Any]) -> str:
        actor = _actor(request)
        if retired:
            commands.reinstate(actor=actor, code=code, **said)
            messages.success(request, _("Đã khôi phục thủ tục."))
        else:
            commands.retire(actor=actor, code=code, **said)
            messages.success(request, _("Đã ghi ngày bãi bỏ."))
        return reverse("services:procedure", args=[code])

    form: Form = (
        ReinstateForm(request.POST or None) if retired else RetireForm(request.POST or None, initial={"day": today()})
    )
    title = _("Khôi phục thủ tục") if retired else _("Bãi bỏ thủ tục")
    return _form_page(
        request,
        form,
        act,
        title=title,
        lead=_("Hồ sơ đã nộp vẫn được giải quyết theo phiên bản của chúng."),
        submit=title,
        back=reverse("services:edit_procedure", args=[code]),
        crumbs=_below(row, title),
    )
