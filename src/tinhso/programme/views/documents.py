"""Agreements and reviews as files to keep: PDF, spreadsheet, and the very text that was signed."""

from __future__ import annotations

from importlib import import_module

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from tinhso.foundation.access import public
from tinhso.foundation.text import language
from tinhso.programme.models import Review
from tinhso.programme.queries import AgreementView, agreement_at, view_of
from tinhso.programme.reviews import Signing, signing_of
from tinhso.programme.views.shared import asked_day

# The writers of PDF and spreadsheets load when first asked for, so that the web starts at once.
documents = SimpleLazyObject(lambda: import_module("tinhso.programme.documents"))
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _agreement(request: HttpRequest, uid: str) -> AgreementView:
    day = asked_day(request)
    agreement = agreement_at(uid, day)
    if agreement is None:
        raise Http404
    return view_of(agreement, day)


def _review(request: HttpRequest, uid: str) -> Signing:
    review = Review.objects.known_at().visible_to(request.user).filter(uid=uid).first()
    if review is None:
        raise Http404
    return signing_of(review)


@public
def agreement_pdf(request: HttpRequest, uid: str) -> HttpResponse:
    view = _agreement(request, uid)
    return _attachment(documents.agreement_pdf(view, language()), PDF, f"{uid}-{view.day}.pdf")


@public
def agreement_xlsx(request: HttpRequest, uid: str) -> HttpResponse:
    view = _agreement(request, uid)
    return _attachment(documents.agreement_xlsx(view), XLSX, f"{uid}-{view.day}.xlsx")


@public
def review_pdf(request: HttpRequest, uid: str) -> HttpResponse:
    return _attachment(documents.review_pdf(_review(request, uid), language()), PDF, f"{uid}.pdf")


@public
def review_xlsx(request: HttpRequest, uid: str) -> HttpResponse:
    return _attachment(documents.review_xlsx(_review(request, uid), language()), XLSX, f"{uid}.xlsx")


@public
def review_content(request: HttpRequest, uid: str) -> HttpResponse:
    """The canonical text the signatures cover, byte for byte: its SHA-256 is the one signed."""
    return _attachment(_review(request, uid).content.encode(), "application/json", f"{uid}.json")
