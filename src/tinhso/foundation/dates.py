"""Moments and days in Asia/Ho_Chi_Minh: "as of" a day means its end there."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    """The calendar day in Vietnam now."""
    return timezone.now().astimezone(VIETNAM).date()


def end_of(day: date) -> datetime:
    """The first moment after a day in Vietnam."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC to the microsecond: the one text of a moment in hashed records."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_day(text: str | None) -> date | None:
    """A day typed as YYYY-MM-DD or dd/mm/yyyy; None where it is neither."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime((text or "").strip(), form).date()
        except ValueError:
            continue
    return None
