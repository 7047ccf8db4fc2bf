"""When an agency is succeeded, what it promised is carried on by its successor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.utils import timezone

from tinhso.foundation.versioned import Versioned
from tinhso.identity.models import Agency, AgencySuccession
from tinhso.identity.succession import Succession, on_succession
from tinhso.programme.models import Commitment, Party

Row = TypeVar("Row", bound=Versioned)
OWNER: dict[type[Versioned], tuple[str, str, str]] = {
    Party: ("agency_uid", "name_vi", "name_en"),
    Commitment: ("owner_uid", "owner_vi", "owner_en"),
}


class Successors:
    """Who carries on from whom, read once."""

    def __init__(self) -> None:
        self.by_agency: dict[str, dict[date, list[str]]] = {}
        for link in AgencySuccession.objects.known_at().order_by("valid_from", "successor_uid"):
            if link.valid_from is not None:
                days = self.by_agency.setdefault(link.predecessor_uid, {})
                days.setdefault(link.valid_from, []).append(link.successor_uid)
        self.agencies: dict[str, list[Agency]] = {}
        wanted = {uid for days in self.by_agency.values() for uids in days.values() for uid in uids}
        for agency in Agency.objects.known_at().filter(uid__in=wanted).order_by("valid_from"):
            self.agencies.setdefault(agency.uid, []).append(agency)

    def title(self, uid: str, day: date) -> tuple[str, str]:
        versions = self.agencies.get(uid, [])
        at = [row for row in versions if row.valid_from is None or row.valid_from <= day]
        chosen = (at or versions)[-1:]
        return (chosen[0].name, chosen[0].name_en or chosen[0].name) if chosen else (uid, uid)

    def carried_on(self, row: Row) -> list[Row]:
        """The row cut at each succession of its owner; where several succeed, nobody does until they are named."""
        owner, vi, en = OWNER[type(row)]
        done: list[Row] = []
        while True:
            since = row.valid_from or date.min
            cuts = [
                day
                for day in self.by_agency.get(getattr(row, owner), {})
                if since < day and (row.valid_to is None or day < row.valid_to)
            ]
            if not cuts:
                return [*done, row]
            day = min(cuts)
            named = self.by_agency[getattr(row, owner)][day]
            if len(named) > 1 and isinstance(row, Party):
                return [*done, row]
            uid, names = (named[0], self.title(named[0], day)) if len(named) == 1 else ("", ("", ""))
            done.append(row.again(valid_to=day))
            row = row.again(valid_from=day, **{owner: uid, vi: names[0], en: names[1]})


def carry_on(rows: Iterable[Row], successors: Successors | None = None) -> list[Row]:
    """Unsaved rows of parties or commitments, each cut where its owner was succeeded."""
    known = successors or Successors()
    return [piece for row in rows for piece in known.carried_on(row)]


@on_succession("programme.owners")
def follow(event: Succession) -> None:
    """Parties and owners succeed; the rows carry the batch of the import that caused it, so it can be undone."""
    successors, moment = Successors(), timezone.now()
    gone = {link.predecessor_uid for link in event.links}
    for rows in (
        Party.objects.known_at().filter(agency_uid__in=gone),
        Commitment.objects.known_at().filter(owner_uid__in=gone),
    ):
        for row in rows:
            pieces: list[Versioned] = successors.carried_on(row)
            if len(pieces) == 1:
                continue
            rows.model.objects.filter(pk=row.pk).supersede(moment, event.batch)
            for piece in pieces:
                piece.recorded_at, piece.batch = moment, event.batch
                piece.save()
