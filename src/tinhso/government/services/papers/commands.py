"""Papers: wanted in the act's transaction, made at once when somebody asks, else by the worker; sealed when the
signing service serves, and given unsigned until then."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from io import BytesIO
from time import monotonic

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tinhso.files.stored import fetch, keep
from tinhso.foundation import canonical
from tinhso.foundation.errors import Invalid, Problem
from tinhso.foundation.numbering import next_number
from tinhso.government.services.ground.gone import Erased, erased
from tinhso.government.services.models import Dossier, IssuedPaper, PaperNumber
from tinhso.government.services.models.issued import FAILED, FORMS, MADE, REGISTER, SEALED
from tinhso.government.services.papers import letters, sheets, signing
from tinhso.government.services.papers.heads import Source
from tinhso.government.services.papers.wanted import PAPERS, issuer
from tinhso.proof.audit import SYSTEM, Actor, command, note, nothing_changed
from tinhso.proof.signed_pdf import SigningUnavailable

logger = logging.getLogger("tinhso.services.papers")
MOST_ATTEMPTS = 20
LONGEST_WAIT = timedelta(hours=6)
#: A register with more rows is left to the worker.
MOST_ROWS_AT_ONCE = 300


class NotMade(Problem):
    """The paper could not be made now; the worker tries again."""

    status, code = 503, "paper-not-made"


@command("services.request_paper")
def request_paper(*, dossier: Dossier, form: str, language: str = "vi", actor: Actor) -> IssuedPaper:
    """Ask for a paper in another language, or for the control sheet as of now; the one there is where there is one.

    Invalid: a language it is not made in, or no event yet that it follows from.
    """
    if form not in FORMS or form == REGISTER:
        raise Invalid.among(form, (code for code in FORMS if code != REGISTER), place="form")
    if language not in letters.LANGUAGES.get(form, ("vi",)):
        raise Invalid(_("Giấy này không có bản tiếng «%(language)s».") % {"language": language}, place="language")
    if dossier.erased_at:
        raise erased(dossier.erased_at, dossier.code)
    kinds = [kind for kind, forms in PAPERS.items() if form in forms]
    events = dossier.events.filter(kind__in=kinds) if form != "06" else dossier.events
    last = events.order_by("-number").values_list("number", flat=True).first()
    if last is None:
        raise Invalid(_("Hồ sơ chưa tới lúc có giấy này."), place="form", code="paper-not-due")
    now = timezone.now()
    paper, fresh = IssuedPaper.objects.get_or_create(
        dossier=dossier,
        form=form,
        event=last,
        language=language,
        defaults={"agency_uid": issuer(dossier, form), "wanted_at": now, "next_attempt_at": now},
    )
    if not fresh:
        nothing_changed()
        return paper
    note(target=dossier.code, after={"form": form, "language": language, "paper": str(paper.uid)})
    return paper


@command("services.request_register")
def request_register(*, agency_uid: str, period: str, actor: Actor) -> IssuedPaper:
    """Ask for an agency's register of a day or a month. What is the same as the last edition is that edition."""
    start, _end = sheets.bounds(period)
    now = timezone.now()
    if start > now:
        raise Invalid(_("Kỳ này chưa tới."), place="period")
    editions = IssuedPaper.objects.filter(dossier=None, agency_uid=agency_uid, period=period)
    last = editions.select_for_update().order_by("-event").first()
    if last is not None and not last.erased_at and (not last.content or _same_register(last)):
        nothing_changed()
        return last
    edition = (last.event if last else 0) + 1
    paper, fresh = IssuedPaper.objects.get_or_create(
        dossier=None,
        agency_uid=agency_uid,
        period=period,
        event=edition,
        defaults={"form": REGISTER, "wanted_at": now, "next_attempt_at": now},
    )
    if not fresh:
        nothing_changed()
        return paper
    note(target=agency_uid, after={"period": period, "edition": edition, "paper": str(paper.uid)})
    return paper


def _same_register(last: IssuedPaper) -> bool:
    with translation.override("vi"):
        return bool(sheets.register(last)["blocks"] == json.loads(last.content)["blocks"])


def make(paper: IssuedPaper) -> IssuedPaper:
    """Make the paper now, sealed where the signing service serves. Repeated, it goes on where it stood.

    NotMade when it cannot be made at all; the worker tries again. Erased: when its term was over.
    """
    if paper.erased_at:
        raise erased(paper.erased_at, paper.form)
    if paper.state == SEALED:
        return paper
    try:
        paper = fix_paper(paper=paper.pk, actor=SYSTEM)
        at = timezone.now()
        try:
            sealed = signing.sealed(paper, at)
        except SigningUnavailable as down:
            kept = paper.unsigned_sha256 or keep(BytesIO(signing.unsigned(paper))).sha256
            return give_unsigned(paper=paper.pk, sha256=kept, reason=down.what, actor=SYSTEM)
        return seal_paper(paper=paper.pk, sha256=keep(BytesIO(sealed)).sha256, at=at, actor=SYSTEM)
    except Erased:
        raise
    except Exception as failed:
        logger.exception("paper %s of form %s not made", paper.uid, paper.form)
        told = failed.what if isinstance(failed, Problem) else type(failed).__name__
        paper_failed(paper=paper.pk, reason=told, actor=SYSTEM)
        raise NotMade(_("Chưa lập được giấy này; hệ thống sẽ thử lại."), place=paper.form) from failed


@command("services.fix_paper")
def fix_paper(*, paper: int, actor: Actor) -> IssuedPaper:
    """Give a paper its official number and fix what it says; once done it is left as it is."""
    row = _locked(paper, "dossier__version")
    if row.erased_at:
        raise erased(row.erased_at, row.form)
    if row.content:
        nothing_changed()
        return row
    with translation.override("vi"):
        if row.dossier is None:
            row.number = _next_number(row, row.wanted_at)
            content = sheets.register(row)
        else:
            event = row.dossier.events.select_related("detail").get(number=row.event)
            row.number = _next_number(row, event.at)
            source = Source(row, row.dossier, event)
            content = sheets.control_sheet(source) if row.form == "06" else letters.content(source)
    row.content = canonical.dumps(content).decode()
    row.content_sha256 = canonical.digest(content)
    row.made_at = timezone.now()
    row.save(update_fields=["number", "content", "content_sha256", "made_at"])
    note(target=str(row.uid), after={"form": row.form, "number": row.number, "content_sha256": row.content_sha256})
    return row


@command("services.seal_paper")
def seal_paper(*, paper: int, sha256: str, at: datetime, actor: Actor) -> IssuedPaper:
    """Record the signed bytes. Of two that sealed it at once, the first one's stay."""
    row = _locked(paper)
    if row.state == SEALED or row.erased_at:
        nothing_changed()
        return row
    row.state, row.sealed_sha256, row.sealed_at = SEALED, sha256, at
    row.next_attempt_at, row.last_error = None, ""
    row.save(update_fields=["state", "sealed_sha256", "sealed_at", "next_attempt_at", "last_error"])
    note(target=str(row.uid), after={"form": row.form, "content_sha256": row.content_sha256, "sha256": sha256})
    return row


@command("services.give_unsigned")
def give_unsigned(*, paper: int, sha256: str, reason: str, actor: Actor) -> IssuedPaper:
    """Record the bytes that say they are not signed, and when sealing is tried again."""
    row = _locked(paper)
    if row.state == SEALED or row.erased_at:
        nothing_changed()
        return row
    row.unsigned_sha256 = sha256
    _postpone(row, MADE, reason)
    row.save()
    note(target=str(row.uid), after={"form": row.form, "sha256": sha256, "reason": row.last_error})
    return row


@command("services.paper_failed")
def paper_failed(*, paper: int, reason: str, actor: Actor) -> IssuedPaper:
    """Record that a paper could not be made, why, and when it is tried again."""
    row = _locked(paper)
    if row.state == SEALED or row.erased_at:
        nothing_changed()
        return row
    _postpone(row, FAILED, reason)
    row.save()
    note(target=str(row.uid), after={"form": row.form, "reason": row.last_error, "attempts": row.attempts})
    return row


@command("services.retry_paper")
def retry_paper(*, paper: IssuedPaper, actor: Actor) -> IssuedPaper:
    """Try again now what waits or was given up."""
    row = _locked(paper.pk)
    if row.state == SEALED or row.erased_at:
        nothing_changed()
        return row
    row.attempts, row.next_attempt_at = 0, timezone.now()
    row.save(update_fields=["attempts", "next_attempt_at"])
    note(target=str(row.uid), after={"form": row.form})
    return row


@command("services.print_paper")
def print_paper(*, paper: IssuedPaper, actor: Actor) -> bytes:
    """The stored bytes, the same every time, and a record of who took them. NotMade while there are none, Erased
    when their term was over."""
    if paper.erased_at:
        raise erased(paper.erased_at, paper.form)
    if not paper.sha256:
        raise NotMade(_("Chưa lập được giấy này; hệ thống sẽ thử lại."), place=paper.form)
    content = fetch(paper.sha256)
    note(target=str(paper.uid), after={"form": paper.form, "sha256": paper.sha256})
    return content


def make_receipt(dossier: Dossier) -> bytes:
    """The bytes of a dossier's receipt (form 01), made now if they are not there yet."""
    paper = dossier.issued.get(form="01", language="vi")
    return fetch(make(paper).sha256)


def make_due(*, seconds: float = 30) -> int:
    """Make and seal what waits, the oldest first, for at most so many seconds; returns how many were tried."""
    until, tried = monotonic() + seconds, 0
    due = IssuedPaper.objects.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at", "id")
    for paper in due[:1000]:
        if monotonic() > until:
            break
        tried += 1
        try:
            make(paper)
        except (NotMade, Erased):
            continue
    return tried


def _locked(paper: int, related: str | None = None) -> IssuedPaper:
    return IssuedPaper.objects.select_for_update(of=("self",)).select_related(related).get(pk=paper)


def _postpone(row: IssuedPaper, state: str, reason: str) -> None:
    """Try again after twice the last wait; give up after MOST_ATTEMPTS."""
    row.attempts += 1
    row.last_error = reason[:300]
    given_up = row.attempts >= MOST_ATTEMPTS
    row.state = FAILED if given_up else state
    wait = min(timedelta(minutes=2 ** min(row.attempts - 1, 12)), LONGEST_WAIT)
    row.next_attempt_at = None if given_up else timezone.now() + wait


def _next_number(row: IssuedPaper, at: datetime) -> int:
    year = timezone.localtime(at).year
    return next_number(PaperNumber.objects, agency_uid=row.agency_uid, series=row.form, year=year)
