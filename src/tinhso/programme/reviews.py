"""What a review says, as the canonical content both parties sign, and how far its signing has come."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from tinhso.foundation import canonical
from tinhso.foundation.text import Text
from tinhso.programme.models import SIDES, Agreement, Party, Review, ReviewFinding, ReviewSignature

DRAFT, ONE, BOTH = "draft", "signed_by_one", "signed_by_both"
STATES = {
    DRAFT: Text("Bản soạn", "Draft"),
    ONE: Text("Một bên đã ký", "Signed by one party"),
    BOTH: Text("Hai bên đã ký", "Signed by both parties"),
}


def _ratio(numerator: int | None, denominator: int | None) -> list[int] | None:
    return None if numerator is None or denominator is None else [numerator, denominator]


def _finding(row: ReviewFinding) -> dict[str, Any]:
    promised, claim, appraisal = row.version, row.claim, row.appraisal
    return {
        "commitment": row.commitment,
        "version": row.version_id,
        "text": {"vi": promised.text_vi, "en": promised.text_en},
        "owner": promised.owner_uid,
        "target": {
            "indicator": promised.indicator,
            "comparator": promised.comparator,
            "value": _ratio(promised.target_numerator, promised.target_denominator),
            "due": promised.due.isoformat() if promised.due else None,
        },
        "state": row.state,
        "measured": {
            "measurement": row.measurement,
            "value": _ratio(row.measured_numerator, row.measured_denominator),
            "as_of": row.measured_on.isoformat() if row.measured_on else None,
        }
        if row.measurement
        else None,
        "claimed": {
            "claim": claim.pk,
            "side": claim.side,
            "value": [claim.numerator, claim.denominator],
            "as_of": claim.as_of.isoformat(),
        }
        if claim
        else None,
        "appraised": {
            "appraisal": appraisal.pk,
            "side": appraisal.side,
            "value": [appraisal.numerator, appraisal.denominator],
            "reason": appraisal.reason,
        }
        if appraisal
        else None,
        "finding": row.finding,
        "action": row.action,
    }


def findings_of(review: Review) -> list[ReviewFinding]:
    rows = ReviewFinding.objects.known_at().filter(review=review.uid)
    return list(rows.select_related("version", "claim", "appraisal").order_by("order"))


def content_of(review: Review, findings: list[ReviewFinding] | None = None) -> str:
    """The canonical text of a review as it stands: what a party would sign now."""
    head = Agreement.objects.known_at().get(uid=review.agreement)
    parties = Party.objects.as_of(review.period_to).filter(agreement=review.agreement).order_by("side")
    rows = findings_of(review) if findings is None else findings
    return canonical.dumps(
        {
            "format": "tinhso-review-1",
            "review": review.uid,
            "title": {"vi": review.title_vi, "en": review.title_en},
            "agreement": {"uid": head.uid, "title": {"vi": head.title_vi, "en": head.title_en}, "scope": head.scope},
            "parties": [{"side": party.side, "agency": party.agency_uid, "name": party.name_vi} for party in parties],
            "period": [review.period_from.isoformat(), review.period_to.isoformat()],
            "summary": review.summary,
            "demonstration": review.demonstration,
            "findings": [_finding(row) for row in rows],
        }
    ).decode()


def sha256_of(content: str) -> str:
    """SHA-256 of a canonical text, in hex."""
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class Signing:
    """A review's content and who signed exactly that. After both signed, the content is what they signed."""

    review: Review
    content: str
    signatures: tuple[ReviewSignature, ...]
    outdated: tuple[ReviewSignature, ...] = ()

    @property
    def sha256(self) -> str:
        return sha256_of(self.content)

    @property
    def state(self) -> str:
        return (DRAFT, ONE, BOTH)[len({signature.side for signature in self.signatures})]

    @property
    def state_title(self) -> Text:
        return STATES[self.state]

    @property
    def closed(self) -> bool:
        return self.state == BOTH

    @property
    def fields(self) -> dict[str, Any]:
        return json.loads(self.content)

    def signed_by(self, side: str) -> bool:
        return any(signature.side == side for signature in self.signatures)


def signing_of(review: Review) -> Signing:
    """How far the signing of a review has come. Signatures over earlier content are listed apart: they do not count."""
    rows = list(ReviewSignature.objects.filter(review=review.uid).order_by("signed_at", "id"))
    by_content: dict[str, list[ReviewSignature]] = {}
    for row in rows:
        by_content.setdefault(row.content_sha256, []).append(row)
    signed = next((group for group in by_content.values() if {row.side for row in group} == set(SIDES)), None)
    content = signed[0].content if signed else content_of(review)
    covering = signed or by_content.get(sha256_of(content), [])
    return Signing(review, content, tuple(covering), tuple(row for row in rows if row not in covering))
