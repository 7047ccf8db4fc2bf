"""What everyone may read: agreements, commitments, reviews."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import public
from tinhso.foundation.text import language
from tinhso.programme import history
from tinhso.programme.models import EvidenceLink, Review, ReviewFinding
from tinhso.programme.queries import agreement_at, agreements, commitment_at, view_of, views_of
from tinhso.programme.reviews import signing_of
from tinhso.programme.sides import standings
from tinhso.programme.views.shared import agreement_crumbs, asked_day


@public
def agreement_list(request: HttpRequest) -> HttpResponse:
    day = asked_day(request)
    views = views_of(agreements(day), day)
    return render(
        request,
        "programme/agreements.html",
        {"views": views, "day": day, "crumbs": agreement_crumbs()},
    )


@public
def agreement_page(request: HttpRequest, uid: str) -> HttpResponse:
    day = asked_day(request)
    known = history.agreement(uid)
    if known is None:
        raise Http404
    agreement = agreement_at(uid, day)
    reviews = Review.objects.known_at().visible_to(request.user).filter(agreement=uid).order_by("-period_to", "uid")
    return render(
        request,
        "programme/agreement.html",
        {
            "agreement": agreement or known,
            "view": view_of(agreement, day) if agreement else None,
            "day": day,
            "signings": [signing_of(review) for review in reviews],
            "editable": standings(request.user, uid, "programme.edit"),
            "party_rows": history.parties(uid),
            "events": history.events(f"agreement:{uid}"),
            "crumbs": agreement_crumbs(known),
        },
    )


@public
def commitment_page(request: HttpRequest, uid: str) -> HttpResponse:
    day = asked_day(request)
    versions = history.versions(uid)
    if not versions:
        raise Http404
    item = commitment_at(uid, day)
    head = history.agreement(versions[0].agreement)
    if head is None:
        raise Http404
    evidence = EvidenceLink.objects.known_at().visible_to(request.user).filter(commitment=uid)
    of_user = {
        right: standings(request.user, head.uid, f"programme.{right}") for right in ("edit", "claim", "appraise")
    }
    return render(
        request,
        "programme/commitment.html",
        {
            "item": item,
            "known": item.commitment if item else versions[0],
            "agreement": head,
            "day": day,
            "evidence": evidence.order_by("recorded_at"),
            "statements": history.statements(uid),
            "versions": versions,
            "events": history.events(f"commitment:{uid}"),
            "reviews": _reviewed(request, uid),
            "may_edit": bool(of_user["edit"]),
            "claims_as": of_user["claim"][0].side if len(of_user["claim"]) == 1 else "",
            "appraises_as": of_user["appraise"][0].side if len(of_user["appraise"]) == 1 else "",
            "crumbs": [*agreement_crumbs(head), (_("Cam kết"), "")],
        },
    )


def _reviewed(request: HttpRequest, commitment: str) -> list[tuple[Review, ReviewFinding]]:
    findings = {row.review: row for row in ReviewFinding.objects.known_at().filter(commitment=commitment)}
    reviews = Review.objects.known_at().visible_to(request.user).filter(uid__in=findings)
    return [(review, findings[review.uid]) for review in reviews.order_by("-period_to")]


@public
def review_page(request: HttpRequest, uid: str) -> HttpResponse:
    review = Review.objects.known_at().visible_to(request.user).filter(uid=uid).first()
    if review is None:
        raise Http404
    signing = signing_of(review)
    head = history.agreement(review.agreement)
    signs_as = standings(request.user, review.agreement, "programme.sign_review")
    return render(
        request,
        "programme/review.html",
        {
            "signing": signing,
            "review": review,
            "agreement": head,
            "rows": history.readable(signing.fields, language()),
            "may_edit": not signing.closed and bool(standings(request.user, review.agreement, "programme.edit")),
            "may_sign": len(signs_as) == 1 and not signing.signed_by(signs_as[0].side) and not signing.closed,
            "crumbs": [*agreement_crumbs(head), (str(review.title), reverse("programme:review", args=[uid]))],
        },
    )
