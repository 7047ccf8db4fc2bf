"""Reads that pages and the API share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.pseudonyms import pseudonyms
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.models import Affected, Contact, MaintenanceWindow, Notice, Outage

#: Affected agencies are to be told within this time of the beginning of an outage.
TELL_WITHIN = timedelta(minutes=30)
LATEST = 50


def network_named(text: str) -> Network:
    """The network of this UUID or name; the only one where none is given. Invalid names those there are."""
    known = list(Network.objects.order_by("name"))
    found = [one for one in known if text in (str(one.uuid), one.name)] if text else known
    if len(found) != 1:
        raise Invalid(
            _("Cần chọn một mạng."),
            place="network",
            mend=_("Dùng một trong: %(names)s.") % {"names": ", ".join(f"{one.name} ({one.uuid})" for one in known)},
        )
    return found[0]


def month_of(text: str, default: date) -> date:
    """The first day of a month written YYYY-MM; Invalid where it is none."""
    if not text:
        return default.replace(day=1)
    try:
        found = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        found = date.min
    if not 2000 <= found.year <= 2999:
        raise Invalid(_("“%(text)s” không phải là tháng.") % {"text": text[:20]}, place="thang", mend="2026-11")
    return found


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def bounds(month: date) -> tuple[datetime, datetime]:
    """The first moment of a month and of the next, on the clocks of Vietnam."""
    start, end = month.replace(day=1), next_month(month)
    return tuple(datetime(day.year, day.month, 1, tzinfo=VIETNAM) for day in (start, end))  # type: ignore[return-value]


def during(rows: QuerySet, start: datetime, end: datetime) -> QuerySet:
    """Outages that last into a time."""
    return rows.filter(Q(ended_at=None) | Q(ended_at__gt=start) | Q(started_at__gte=start), started_at__lt=end)


def told_units() -> Prefetch:
    """The units an impact names, with the outage."""
    return Prefetch("impact__affected", Affected.objects.filter(kind=codes.UNIT).order_by("key"), to_attr="units_named")


def real_first(rows: QuerySet) -> QuerySet:
    """As soon as there is a real network, demonstration networks are not shown to the public."""
    if Network.objects.filter(demonstration=False).exists():
        return rows.filter(network__demonstration=False)
    return rows


def public_month(month: date, unit: str = "") -> list[Outage]:
    """Outages of a month as the public may know them, the latest first; `unit`: only those that cut off this unit."""
    rows = during(real_first(Outage.objects.live()), *bounds(month)).exclude(cause="false_alarm")
    if unit:
        rows = rows.filter(impact__affected__kind=codes.UNIT, impact__affected__key=unit)
    return list(rows.select_related("network", "impact").prefetch_related(told_units()))


def ongoing_units(moment: datetime | None = None) -> dict[str, list[Outage]]:
    """By unit code, the outages that cut it off at a moment (default now)."""
    at = moment or timezone.now()
    rows = real_first(Outage.objects.live()).exclude(cause="false_alarm").filter(started_at__lte=at)
    rows = rows.filter(Q(ended_at=None) | Q(ended_at__gt=at)).select_related("impact", "network")
    found: dict[str, list[Outage]] = {}
    for outage in rows.prefetch_related(told_units()):
        for code in outage.impact.unit_codes if outage.impact else ():
            found.setdefault(code, []).append(outage)
    return found


def coming_windows(moment: datetime | None = None) -> list[MaintenanceWindow]:
    """Approved windows that are not over, the next first."""
    at = moment or timezone.now()
    rows = real_first(MaintenanceWindow.objects.filter(state=codes.APPROVED, ends_at__gt=at))
    return list(rows.select_related("network").prefetch_related("elements").order_by("starts_at"))


def outages_of(agencies: Sequence[str]) -> list[Outage]:
    """The latest outages that cut off one of these agencies: those still going on first."""
    rows = Outage.objects.live().exclude(cause="false_alarm")
    found = rows.filter(impact__affected__kind=codes.AGENCY, impact__affected__key__in=agencies).distinct()
    return sorted(found.order_by("-started_at")[:LATEST], key=lambda one: one.ended_at is not None)


def notices_to(agencies: Sequence[str]) -> list[Notice]:
    """What these agencies were told, the latest first; once, however many mailboxes it went to."""
    rows = Notice.objects.filter(agency_uid__in=agencies).select_related("outage", "window")
    found = {
        (one.agency_uid, one.kind, one.outage_id, one.window_id): one for one in rows.order_by("-at", "-id")[:LATEST]
    }
    return list(found.values())


class BoardRow:
    """An outage on the engineers' board. `due` is when telling is late; `untold` counts affected agencies that were
    not told of it, `unreachable` those of them without an address; `late`: time ran out with agencies untold."""

    def __init__(self, outage: Outage, agencies: set[str], told: set[str], addressed: set[str], now: datetime) -> None:
        self.outage = outage
        self.due = outage.started_at + TELL_WITHIN
        self.untold = len(agencies - told)
        self.unreachable = len(agencies - told - addressed)
        self.late = bool(self.untold) and now > self.due
        self.minutes_left = max(0, int((self.due - now).total_seconds() // 60))


def board(rows: Iterable[Outage]) -> list[BoardRow]:
    """Outages by people cut off, the most first, with what is left to tell: three statements for any number."""
    listed = list(rows)
    impacts = {outage.impact_id: outage.pk for outage in listed if outage.impact_id}
    agencies: dict[int, set[str]] = {}
    for impact, uid in Affected.objects.filter(impact__in=impacts, kind=codes.AGENCY).values_list("impact", "key"):
        agencies.setdefault(impacts[impact], set()).add(uid)
    told: dict[int, set[str]] = {}
    notices = Notice.objects.filter(outage__in=listed, kind="outage")
    for outage, uid in notices.values_list("outage", "agency_uid"):
        told.setdefault(outage, set()).add(uid)
    addressed = set(Contact.objects.known_at().values_list("agency_uid", flat=True))
    now = timezone.now()
    found = [BoardRow(one, agencies.get(one.pk, set()), told.get(one.pk, set()), addressed, now) for one in listed]

    def rank(row: BoardRow) -> tuple:
        impact = row.outage.impact
        people = (impact.people or 0) if impact else 0
        return (row.outage.state != codes.OPEN, -people, -(impact.agencies if impact else 0), row.outage.started_at)

    return sorted(found, key=rank)


def element_names(network: Network, elements: Iterable[tuple[str, str]], exact: bool) -> dict[tuple[str, str], str]:
    """What to call elements: by their ids for those who may know them, else by their public names."""
    listed = list(elements)
    if exact:
        return {(kind, element): element for kind, element in listed}
    found = {}
    for kind in codes.ELEMENTS:
        names = pseudonyms(f"{network.uuid}/{kind}", [element for one, element in listed if one == kind])
        found.update({(kind, element): name for element, name in names.items()})
    return found
