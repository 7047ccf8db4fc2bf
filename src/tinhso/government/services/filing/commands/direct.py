"""Filing without a draft: at the counter or out of the post, where scans may follow later, and online by programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from tinhso.foundation.errors import Invalid
from tinhso.government.services.dossiers.commands.apply import Applied
from tinhso.government.services.dossiers.commands.filing import Filing, file_dossier
from tinhso.government.services.dossiers.uploads import kept
from tinhso.government.services.models import AppliedAct, DossierPaper
from tinhso.proof.audit import Actor, command, note, nothing_changed


@dataclass(frozen=True)
class Handed:
    """A paper handed over: in which kind of copy, and its scans (uploads; none: to be scanned later)."""

    document: str
    copy_kind: str
    scans: Sequence[Any] = ()


@dataclass(frozen=True)
class Sent:
    """One paper: its code, kind of copy, name to show and readable content."""

    document: str
    copy_kind: str
    name: str
    content: Any


@command("services.file_at_counter")
def file_at_counter(
    *, filing: Filing, handed: Iterable[Handed], actor: Actor, key: str, user: Any, at: datetime | None = None
) -> Applied:
    """Store the scans and file; the same `key` files once. Invalid names a scan that is refused; nothing is filed.

    `filing.received_uid`: the clerk's agency, anywhere in the province (Decree 118/2025).
    """

    def papers(now: datetime) -> list[DossierPaper]:
        return [row for one in handed for row in _scanned(one, actor, now)]

    return _file(replace(filing, helped_uid=filing.received_uid), papers, actor=actor, key=key, user=user, at=at)


@command("services.file_online")
def file_online(
    *, filing: Filing, sent: Iterable[Sent], actor: Actor, key: str, user: Any, at: datetime | None = None
) -> Applied:
    """Store the papers and file; the same `key` files once. Invalid names a paper that is refused."""

    def papers(now: datetime) -> list[DossierPaper]:
        return [
            _stored(one.content, one.name, f"papers.{index}", actor, **_about(one, "uploaded", now))
            for index, one in enumerate(sent)
        ]

    return _file(replace(filing, owner=user), papers, actor=actor, key=key, user=user, at=at)


def _file(filing: Filing, papers: Callable[[datetime], list[DossierPaper]], **how: Any) -> Applied:
    if AppliedAct.objects.filter(key=how["key"]).exists():
        nothing_changed()
    else:
        filing = replace(filing, papers=papers(how["at"] or timezone.now()))
    applied = file_dossier(filing=filing, **how)
    note(target=applied.dossier.code, after={"channel": filing.channel})
    return applied


def _about(one: Handed | Sent, origin: str, now: datetime) -> dict[str, Any]:
    return {"document": one.document, "copy_kind": one.copy_kind, "origin": origin, "added_at": now}


def _scanned(handed: Handed, actor: Actor, now: datetime) -> list[DossierPaper]:
    about = _about(handed, "scanned", now)
    rows = [_stored(scan, scan.name, f"{handed.document}__files", actor, **about) for scan in handed.scans]
    return rows or [DossierPaper(**about)]


def _stored(content: Any, name: str, place: str, actor: Actor, **about: Any) -> DossierPaper:
    try:
        return DossierPaper(**kept(actor=actor, content=content, name=name), **about)
    except Invalid as refused:
        raise Invalid(f"{name}: {refused.what}", place=place, mend=refused.mend) from refused
