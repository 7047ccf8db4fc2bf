"""Papers on pages: those of a dossier, an agency's registers, and the page that checks receipts and seals."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tinhso.foundation.access import public, requires
from tinhso.foundation.forms import attempt
from tinhso.government.services.access import staff_agencies
from tinhso.government.services.dossiers.reach import reach
from tinhso.government.services.models import Dossier, IssuedPaper
from tinhso.government.services.models.issued import FORMS, INTERNAL, REGISTER
from tinhso.government.services.papers import commands, qr
from tinhso.government.services.papers.access import (
    AGENCY,
    HOLDER,
    HOLDER_ACTOR,
    check_agency,
    standing,
)
from tinhso.government.services.papers.letters import LANGUAGES
from tinhso.government.services.papers.sheets import registered
from tinhso.identity.limits import client_address, hit
from tinhso.identity.queries import agencies_by_uid
from tinhso.proof.audit import Actor
from tinhso.proof.signed_pdf import LARGEST, seals
from tinhso.proof.signed_text import public_keys

PER_PAGE = 30


def pdf_response(paper: IssuedPaper, content: bytes) -> HttpResponse:
    """A paper to be shown or printed; kept by no cache."""
    name = f"{paper.dossier.code if paper.dossier else f'{paper.agency_uid}-{paper.period}'}-{paper.form}.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _reader(request: HttpRequest, code: str) -> tuple[Dossier, str] | None:
    """The dossier and as whom the reader has its papers; None for everybody else."""
    row = Dossier.objects.filter(code=code).select_related("version__procedure").first()
    if row is not None and (how := standing(request.user, row)):
        return row, how
    return (row, HOLDER) if row is not None and reach(request, code) else None


def _actor(request: HttpRequest, how: str) -> Actor:
    user: Any = request.user
    return HOLDER_ACTOR if how == HOLDER else user.actor()


def _issued(dossier: Dossier, how: str) -> Any:
    rows = dossier.issued.order_by("event", "form", "language")
    return rows if how == AGENCY else rows.exclude(form__in=INTERNAL)


def _ask(code: str) -> HttpResponse:
    return redirect(f"{reverse('services:track')}?ma={code}")


class PaperRequest(forms.Form):
    """Which paper is wanted, or tried again."""

    form = forms.ChoiceField(choices=[(code, code) for code in FORMS if code != REGISTER])
    language = forms.ChoiceField(choices=[("vi", "vi"), ("en", "en")], required=False)


@public
@never_cache
def papers(request: HttpRequest, code: str) -> HttpResponse:
    """The papers of a dossier; POST asks for an English receipt, or for the control sheet as of now."""
    found = _reader(request, code)
    if found is None:
        return _ask(code)
    row, how = found
    form, status = PaperRequest(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            if given["form"] in INTERNAL and how != AGENCY:
                raise Http404
            asked = attempt(
                form,
                lambda: commands.request_paper(
                    dossier=row,
                    form=given["form"],
                    language=given["language"] or "vi",
                    actor=_actor(request, how),
                ),
            )
            if asked is not None:
                return redirect("services:paper", row.code, asked.uid)
    issued = list(_issued(row, how))
    has = {(paper.form, paper.language) for paper in issued}
    able = () if row.erased_at else LANGUAGES
    english = [(code, FORMS[code]) for code in able if (code, "vi") in has and (code, "en") not in has]
    back = reverse("services:desk_dossier" if how == AGENCY else "services:dossier", args=[row.code])
    context = {
        "dossier": row,
        "papers": issued,
        "english": english,
        "agency": how == AGENCY and not row.erased_at,
        "form": form,
        "crumbs": [
            (row.code, back),
            (_("Các giấy tờ"), ""),
        ],
    }
    return render(request, "services/papers/papers.html", context, status=status)


@public
@never_cache
def paper(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """One paper as PDF: made now if it is not yet, and the same bytes ever after; every print is recorded."""
    return _one(request, code, uid=uid)


@public
@never_cache
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt (form 01) under an address that needs no number."""
    return _one(request, code, form="01", language="vi")


def _one(request: HttpRequest, code: str, **which: Any) -> HttpResponse:
    found = _reader(request, code)
    if found is None:
        return _ask(code)
    row, how = found
    wanted = get_object_or_404(_issued(row, how).select_related("dossier__version"), **which)
    return _given(request, wanted, _actor(request, how))


def _given(request: HttpRequest, wanted: IssuedPaper, actor: Actor) -> HttpResponse:
    # What is there is given as it is: sealing what waits is the worker's, nobody at a counter waits for it.
    done = wanted if wanted.sha256 else commands.make(wanted)
    return pdf_response(done, commands.print_paper(paper=done, actor=actor))


@requires("services.desk")
@never_cache
def retry(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Try again what waits or was given up (POST)."""
    user: Any = request.user
    row = get_object_or_404(IssuedPaper.objects.visible_to(user).select_related("dossier__version"), uid=uid)
    check_agency(user, row.agency_uid)
    if request.method == "POST":
        commands.retry_paper(paper=row, actor=user.actor())
        done = commands.make(IssuedPaper.objects.select_related("dossier__version").get(pk=row.pk))
        messages.info(request, f"{done.title}: {done.state_title}")
    return redirect("services:papers", row.dossier.code) if row.dossier else redirect("services:registers")


class RegisterForm(forms.Form):
    """Whose register, of which day or month."""

    agency = forms.ChoiceField(label=gettext_lazy("Cơ quan"))
    period = forms.CharField(
        label=gettext_lazy("Ngày hoặc tháng"),
        max_length=10,
        help_text=gettext_lazy("Ví dụ 02/03/2026 hoặc 03/2026."),
    )

    def clean_period(self) -> str:
        """Vietnamese habit (02/03/2026, 03/2026) as ISO."""
        return "-".join(reversed(self.cleaned_data["period"].strip().split("/")))


@requires("services.desk")
@never_cache
def registers(request: HttpRequest) -> HttpResponse:
    """The registers of the reader's agencies, and making one."""
    user: Any = request.user
    uids = staff_agencies(user)
    if uids is None:
        uids = set(Dossier.objects.exclude(received_uid="").values_list("received_uid", flat=True).distinct())
    names = agencies_by_uid(uids)
    form, status = RegisterForm(request.POST if request.method == "POST" else None), 200
    choices = sorted(((uid, str(names[uid].title)) for uid in uids if uid in names), key=lambda item: item[1])
    chosen: Any = form.fields["agency"]
    chosen.choices = choices
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            asked = attempt(
                form,
                lambda: commands.request_register(
                    agency_uid=given["agency"], period=given["period"], actor=user.actor()
                ),
            )
            if asked is not None:
                if not asked.sha256 and registered(asked.agency_uid, asked.period).count() > commands.MOST_ROWS_AT_ONCE:
                    messages.info(request, _("Sổ dài đang được lập; xin tải lại trang sau ít phút."))
                    return redirect("services:registers")
                return redirect("services:register", asked.uid)
    rows = IssuedPaper.objects.filter(dossier=None, agency_uid__in=uids).order_by("-wanted_at", "-id")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))
    listed = [(row, names.get(row.agency_uid)) for row in page]
    crumbs = [(_("Sổ theo dõi hồ sơ"), "")]
    context = {"form": form, "page": page, "rows": listed, "crumbs": crumbs, "choices": choices}
    return render(request, "services/papers/registers.html", context, status=status)


@requires("services.desk")
@never_cache
def register(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A register as PDF."""
    user: Any = request.user
    row = get_object_or_404(IssuedPaper.objects.visible_to(user).filter(dossier=None), uid=uid)
    return _given(request, row, user.actor())


class CheckForm(forms.Form):
    """What to check: the text of a code, or a paper as PDF."""

    text = forms.CharField(
        label=gettext_lazy("Dòng chữ trong mã QR"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("Bắt đầu bằng TS1~, in cạnh mã QR trên giấy hẹn. Xuống dòng ở đâu cũng được."),
    )
    file = forms.FileField(
        label=gettext_lazy("Hoặc tệp PDF đã ký"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("text") and not given.get("file"):
            raise forms.ValidationError(_("Dán dòng chữ hoặc chọn một tệp PDF."))
        file = given.get("file")
        if file and file.size > LARGEST:
            self.add_error("file", _("Tệp lớn hơn %(limit)d MB.") % {"limit": LARGEST // 2**20})
        return given


@public
def verify(request: HttpRequest) -> HttpResponse:
    """Check a receipt's code, or the seals of a PDF. With scripts the code is checked on the reader's own machine."""
    sent = request.method == "POST"
    form, status = CheckForm(request.POST, request.FILES) if sent else CheckForm(), 200
    promise, found = None, None
    if sent:
        hit("verify-paper", client_address(request), limit=60, seconds=300)
        if form.is_valid():
            given = form.cleaned_data
            if given["text"]:
                promise = attempt(form, lambda: qr.check(given["text"]))
            if given["file"]:
                hit("verify-pdf", client_address(request), limit=20, seconds=300)
                found = attempt(form, lambda: seals(given["file"].read()))
        status = 422 if form.errors else 200
    context = {
        "form": form,
        "promise": promise,
        "title": FORMS[promise.form] if promise and promise.form in FORMS else "",
        "seals": found,
        "keys": json.dumps(public_keys()),
        "crumbs": [(_("Xác minh giấy tờ"), "")],
    }
    return render(request, "services/papers/verify.html", context, status=status)
