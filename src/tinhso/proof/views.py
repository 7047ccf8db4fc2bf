"""Pages of the log: its latest state, checkpoints, entries with their proofs, keys."""

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation.access import check, may, public, requires
from tinhso.foundation.errors import Problem
from tinhso.foundation.forms import tell
from tinhso.proof import commands, queries
from tinhso.proof.audit import Actor
from tinhso.proof.forms import CountersignForm, KeyForm, LookupForm
from tinhso.proof.models import Checkpoint, Entry, Leaf, LogKey
from tinhso.proof.publishing import consistency_text

PER_PAGE = 50
LARGEST = 2**63 - 1
PLAIN = "text/plain; charset=utf-8"


def actor_of(request: HttpRequest) -> Actor:
    """The person signed in."""
    user: Any = request.user
    return user.actor()


def crumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Sổ chứng cứ"), reverse("proof:log")), *further]


def _download(text: str, name: str) -> HttpResponse:
    return HttpResponse(text, content_type=PLAIN, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _find(text: str) -> Leaf | None:
    """A leaf by its number or by its hash."""
    wanted = text.strip().lower()
    if len(wanted) == 64:
        return Leaf.objects.filter(hash=wanted).first()
    if wanted.isascii() and wanted.isdigit() and int(wanted) <= LARGEST:
        return Leaf.objects.filter(index=int(wanted)).first()
    return None


@public
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The log: its latest state, who signed it, its newest entries, how to check it."""
    form = LookupForm(request.GET if "tim" in request.GET else None)
    if form.is_valid():
        leaf = _find(form.cleaned_data["tim"])
        if leaf is not None:
            return redirect("proof:entry", leaf.entry_id)
        form.add_error("tim", _("Không có lá nào như vậy trong sổ."))
    latest = queries.latest_checkpoint()
    signed = latest.countersignatures.select_related("key").order_by("id") if latest else []
    recent: Any = queries.RecentLeaves()
    page = Paginator(recent, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "crumbs": crumbs(),
        "form": form,
        "latest": latest,
        "signed": signed,
        "countersigned": Checkpoint.objects.filter(countersignatures__isnull=False).order_by("-size").first(),
        "page": page,
    }
    return render(request, "proof/log.html", context)


@public
@require_safe
def latest_note(request: HttpRequest) -> HttpResponse:
    """The latest checkpoint as a signed note, plain text."""
    latest = queries.latest_checkpoint()
    if latest is None:
        raise Http404
    return HttpResponse(queries.countersigned_note(latest), content_type=PLAIN)


@public
@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Every checkpoint, the newest first."""
    rows = Checkpoint.objects.order_by("-size").prefetch_related("countersignatures__key")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))
    context = {"page": page, "crumbs": crumbs((_("Điểm chốt"), ""))}
    return render(request, "proof/checkpoints.html", context)


def _checkpoint(size: int) -> Checkpoint:
    found = Checkpoint.objects.filter(size=size).first() if size <= LARGEST else None
    if found is None:
        raise Http404
    return found


@public
def checkpoint(request: HttpRequest, size: int) -> HttpResponse:
    """One checkpoint: its note, who signed it, the proof from the one before; a form to add a signature."""
    row = _checkpoint(size)
    form = CountersignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            line = form.cleaned_data["line"]
            made = commands.countersign(actor=commands.signer_of(line), checkpoint=row, line=line)
        except Problem as refused:
            tell(form, refused, {refused.place: "line"})
        else:
            messages.success(request, _("Đã nhận chữ ký của %(name)s.") % {"name": made.key.name})
            return redirect("proof:checkpoint", size)
    context = {
        "row": row,
        "note": queries.countersigned_note(row),
        "signed": row.countersignatures.select_related("key").order_by("id"),
        "before": Checkpoint.objects.filter(size__lt=size).order_by("-size").first(),
        "after": Checkpoint.objects.filter(size__gt=size).order_by("size").first(),
        "form": form,
        "crumbs": crumbs((_("Điểm chốt"), reverse("proof:checkpoints")), (str(size), "")),
    }
    return render(request, "proof/checkpoint.html", context, status=422 if form.errors else 200)


@public
@require_safe
def checkpoint_note(request: HttpRequest, size: int) -> HttpResponse:
    """A checkpoint's signed note with its countersignatures, to download."""
    return _download(queries.countersigned_note(_checkpoint(size)), f"checkpoint-{size}.txt")


@public
@require_safe
def consistency_note(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """The proof file that a checkpoint continues an older state, for `tinhso sign --proof`."""
    return _download(consistency_text(old, _checkpoint(new)), f"consistency-{old}-{new}.txt")


@public
@require_safe
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry: what it says, its place, and the proof that it is in the log."""
    found = Entry.objects.select_related("leaf").filter(pk=entry_id).first() if entry_id <= LARGEST else None
    if found is None:
        raise Http404
    latest = queries.latest_checkpoint()
    data = queries.published_data(found, request.user)
    context = {
        "entry": found,
        "leaf": getattr(found, "leaf", None),
        "proof": queries.inclusion(found.pk, latest),
        "latest": latest,
        "data": data,
        "payload": json.dumps(json.loads(found.payload), ensure_ascii=False, indent=2) if data else None,
        "crumbs": crumbs((_("Mục %(id)d") % {"id": found.pk}, "")),
    }
    return render(request, "proof/entry.html", context)


@public
def keys(request: HttpRequest) -> HttpResponse:
    """Every key that signs this log or did; administrators register further ones."""
    may_register = may(request.user, "proof.keys")
    form = KeyForm(request.POST or None) if may_register else None
    if request.method == "POST":
        check(request.user, "proof.keys")
        if form is not None and form.is_valid():
            try:
                made = commands.register_key(actor=actor_of(request), **form.cleaned_data)
            except Problem as refused:
                tell(form, refused)
            else:
                messages.success(request, _("Đã đăng ký khóa %(name)s.") % {"name": made.name})
                return redirect("proof:keys")
    now = timezone.now()
    context = {
        "keys": [(key, queries.counts_at(key, now)) for key in LogKey.objects.order_by("role", "-valid_from", "-id")],
        "form": form,
        "crumbs": crumbs((_("Khóa ký"), "")),
    }
    return render(request, "proof/keys.html", context, status=422 if form and form.errors else 200)


@requires("proof.keys")
@require_POST
def retire(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key now."""
    key = LogKey.objects.filter(pk=key_id).exclude(role="log").first() if key_id <= LARGEST else None
    if key is None:
        raise Http404
    commands.retire_key(actor=actor_of(request), verifier=key.verifier)
    messages.success(request, _("Khóa %(name)s không còn hiệu lực.") % {"name": key.name})
    return redirect("proof:keys")
