"""Drafts: written at every step, filed once, forgotten after a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.disposal import release
from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Conflict, Invalid, Problem
from tinhso.government.services.dossiers.commands.apply import Applied
from tinhso.government.services.dossiers.commands.filing import file_dossier
from tinhso.government.services.dossiers.uploads import kept
from tinhso.government.services.filing.drafting import Walk
from tinhso.government.services.ground.gone import erased
from tinhso.government.services.models import AppliedAct, DossierPaper, Draft, ProcedureVersion
from tinhso.identity.models import User
from tinhso.proof.audit import Actor, command, note, nothing_changed

KEPT = timedelta(days=30)
MOST_DRAFTS = 50
MOST_PAPERS = 60


@command("services.begin_draft")
def begin_draft(
    *, version: ProcedureVersion, user: User, raw: Mapping[str, str], actor: Actor, at: datetime | None = None
) -> Draft:
    """Start a form; its owner keeps at most 50."""
    if user.drafts.count() >= MOST_DRAFTS:
        raise Conflict(
            _("Bạn đã có %(count)d bản nháp.") % {"count": MOST_DRAFTS}, mend=_("Xóa bớt bản nháp không dùng nữa.")
        )
    now = at or timezone.now()
    draft = Draft.objects.create(
        owner=user,
        version=version,
        values=json.dumps(dict(raw), ensure_ascii=False),
        created_at=now,
        changed_at=now,
    )
    note(target=str(draft.uid), after={"procedure": version.procedure.code})
    return draft


@command("services.save_draft")
def save_draft(*, draft: Draft, raw: Mapping[str, str], actor: Actor, at: datetime | None = None) -> None:
    """Keep what was typed, in order or not."""
    text = json.dumps(dict(raw), ensure_ascii=False)
    if text == draft.values:
        nothing_changed()
        return
    draft.values, draft.changed_at = text, at or timezone.now()
    draft.save(update_fields=["values", "changed_at"])
    note(target=str(draft.uid))


@command("services.renew_draft")
def renew_draft(*, draft: Draft, version: ProcedureVersion, actor: Actor) -> None:
    """Move a draft to the version in force now; answers by the same names and papers by the same codes go along."""
    if version.procedure_id != draft.version.procedure_id:
        raise Invalid(_("Phiên bản của thủ tục khác."), place="version")
    draft.version, draft.changed_at = version, timezone.now()
    draft.save(update_fields=["version", "changed_at"])
    note(target=str(draft.uid), after={"version": version.number})


@command("services.delete_draft")
def delete_draft(*, draft: Draft, actor: Actor) -> None:
    """Forget a draft with its papers, and files nobody else uses."""
    note(target=str(draft.uid))
    files = _files(draft.papers)
    draft.delete()
    release(files=files, actor=actor)


@command("services.add_draft_paper")
def add_paper(*, draft: Draft, document: str, copy_kind: str, content: Any, actor: Actor) -> DossierPaper:
    """Keep a file as one of the draft's papers. Invalid: not clean, too large, of no accepted kind, too many, or there
    already."""
    # Under lock: a second click waits, then sees what the first has sent.
    Draft.objects.select_for_update().get(pk=draft.pk)
    _room(draft)
    file = kept(actor=actor, content=content, name=content.name)
    if same := draft.papers.filter(document=document, file__sha256=file["file"].sha256).first():
        raise Invalid(_("Giấy tờ này đã có tệp ấy: «%(name)s».") % {"name": same.name}, place=document)
    return _add(draft, DossierPaper(document=document, copy_kind=copy_kind, origin="uploaded", **file))


@command("services.reuse_draft_paper")
def reuse_paper(*, draft: Draft, document: str, copy_kind: str, paper: DossierPaper, actor: Actor) -> DossierPaper:
    """Give a paper of an earlier dossier of the draft's owner again. Invalid where it is not theirs."""
    # Under lock: erased at this moment, its file is either given again before or no longer offered.
    paper = DossierPaper.objects.select_for_update(of=("self",)).select_related("dossier", "file").get(pk=paper.pk)
    if paper.dossier is None or paper.dossier.owner_id != draft.owner_id:
        raise Invalid(_("Giấy tờ này không phải của bạn."), place=document)
    if paper.dossier.erased_at:
        raise erased(paper.dossier.erased_at, document)
    if paper.file is None:
        raise Invalid(_("Giấy tờ này không có tệp."), place=document)
    if draft.papers.filter(document=document, file_id=paper.file_id).exists():
        nothing_changed()
        return draft.papers.get(document=document, file_id=paper.file_id)
    _room(draft)
    row = DossierPaper(document=document, copy_kind=copy_kind, origin="reused", file=paper.file, name=paper.name)
    row.reused_from = paper
    return _add(draft, row)


@command("services.promise_draft_paper")
def promise_paper(*, draft: Draft, document: str, copy_kind: str, actor: Actor) -> DossierPaper:
    """Say that a paper will be brought to the counter, where only part of the procedure is online."""
    if draft.version.definition.content["online"] == "full":
        raise Invalid(_("Thủ tục này nộp toàn bộ trực tuyến: hãy gửi tệp."), place=document)
    _room(draft)
    return _add(draft, DossierPaper(document=document, copy_kind=copy_kind, origin="uploaded"))


def _room(draft: Draft) -> None:
    if draft.papers.count() >= MOST_PAPERS:
        raise Invalid(_("Nhiều nhất %(most)d tệp.") % {"most": MOST_PAPERS}, mend=_("Gộp các trang vào một tệp PDF."))


def _add(draft: Draft, paper: DossierPaper) -> DossierPaper:
    now = timezone.now()
    paper.draft, paper.added_at = draft, now
    paper.save()
    Draft.objects.filter(pk=draft.pk).update(changed_at=now)
    note(target=str(draft.uid), after={"document": paper.document, "origin": paper.origin})
    return paper


@command("services.remove_draft_paper")
def remove_paper(*, draft: Draft, paper: DossierPaper, actor: Actor) -> None:
    """Take a paper out of a draft."""
    note(target=str(draft.uid), after={"document": paper.document})
    rows = draft.papers.filter(pk=paper.pk)
    files = _files(rows)
    rows.delete()
    release(files=files, actor=actor)


def _files(papers: Any) -> set[int]:
    return set(papers.exclude(file=None).values_list("file", flat=True))


def filing_key(uid: UUID) -> str:
    """The key under which a draft is filed, once."""
    return f"draft:{uid}"


@command("services.file_draft")
def file_draft(*, uid: UUID, user: User, actor: Actor, at: datetime | None = None) -> Applied:
    """File a draft, which is then gone; filed again (a second click), the dossier it became is answered.

    Problem 404 for a draft that is not the user's; Conflict and Invalid say what stands in the way.
    """
    now = at or timezone.now()
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("version__procedure", "owner")
        .filter(uid=uid, owner=user)
        .first()
    )
    if draft is None:
        nothing_changed()
        done = AppliedAct.objects.filter(key=filing_key(uid), dossier__owner=user).select_related("dossier").first()
        if done is None:
            raise Problem(_("Không có bản nháp này."), status=404, code="not-found")
        events = done.dossier.events.filter(number__range=(done.first_event, done.last_event)).order_by("number")
        return Applied(done.dossier, tuple(events), repeated=True)
    filing = Walk(draft, now.astimezone(VIETNAM).date()).filing()
    applied = file_dossier(filing=filing, actor=actor, key=filing_key(uid), user=user, at=now)
    draft.delete()
    note(target=str(uid), after={"dossier": applied.dossier.code})
    return applied


@command("services.expire_drafts")
def expire_drafts(*, actor: Actor, moment: datetime | None = None) -> int:
    """Forget drafts nobody has touched for 30 days; returns how many."""
    old = Draft.objects.filter(changed_at__lt=(moment or timezone.now()) - KEPT)
    count = old.count()
    if not count:
        nothing_changed()
        return 0
    files = _files(DossierPaper.objects.filter(draft__in=old))
    old.delete()
    release(files=files, actor=actor)
    note(target="drafts", after={"forgotten": count})
    return count
