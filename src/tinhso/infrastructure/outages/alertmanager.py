"""Prometheus Alertmanager's webhook body (version "4") → reports. Pure: no database, no clock.

Format: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. An alert is named by its fingerprint
(a hash of its labels) and its startsAt; endsAt `0001-01-01T00:00:00Z`, or any end while it fires, means it goes on.
Annotations and labels that are not about elements are dropped: they may name people.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import orjson
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.dates import stamp
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.outages.codes import DOWN, NODE, SPAN, UP

MAX_ALERTS = 5000
LONGEST = 200
# What labels mean, the first found decides. `instance` is what Prometheus itself adds: the device asked.
SPAN_LABELS = ("span", "link")
NODE_LABELS = ("node", "device")
PORT_LABELS = ("ifName", "ifDescr", "interface")
KEPT = ("alertname", "severity", "job", "network", "element", "element_kind", "instance")
KEPT_LABELS = frozenset((*KEPT, *SPAN_LABELS, *NODE_LABELS, *PORT_LABELS))
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))")
NO_TIME = "0001-01-01T00:00:00Z"
FIRING, RESOLVED = "firing", "resolved"


@dataclass(frozen=True)
class Told:
    """One alert as a report. `network` is its label, empty where there is none."""

    element_kind: str
    element: str
    change: str
    fingerprint: str
    starts_at: datetime
    ends_at: datetime | None
    alert: str
    network: str
    raw: str

    @property
    def key(self) -> str:
        """Tells one report from another."""
        return report_key(self)


@dataclass(frozen=True)
class Refused:
    """An alert that cannot be read: where, and why."""

    place: str
    reason: str


@dataclass
class Payload:
    """What a body says: readable alerts, unreadable ones, and how many the sender says it left out."""

    told: list[Told] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    truncated: int = 0


class Reportlike(Protocol):
    """What every report has."""

    @property
    def element_kind(self) -> str: ...
    @property
    def element(self) -> str: ...
    @property
    def change(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


def report_key(one: Reportlike) -> str:
    """SHA-256 of what tells one report from another."""
    times = [stamp(when) if when else None for when in (one.starts_at, one.ends_at)]
    return canonical.digest([one.element_kind, one.element, one.change, one.fingerprint, *times])


def moment(text: object) -> datetime | None:
    """An RFC 3339 moment, cut at microseconds; None where it is none. The year 1 stands for "no time"."""
    shape = MOMENT.fullmatch(text) if isinstance(text, str) else None
    if shape is None:
        return None
    day, clock, fraction, _zulu, sign, hours, minutes = shape.groups()
    try:
        found = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6].ljust(6, '0')}+00:00")
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            found += -offset if sign == "+" else offset
    except (ValueError, OverflowError):
        return None
    return found.astimezone(UTC)


def is_set(when: datetime | None) -> bool:
    """Whether a moment is one: the zero value of the sender's language is the year 1."""
    return when is not None and when.year > 1


def parse(body: bytes) -> Payload:
    """Read a body. Invalid where it is no Alertmanager notification at all; single bad alerts are in `refused`."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid(
            _("Nội dung không phải JSON: %(why)s") % {"why": str(error)[:120]},
            place="body",
            mend=_("Gửi thông báo webhook của Alertmanager, Content-Type application/json."),
        ) from error
    if not isinstance(given, dict) or not isinstance(given.get("alerts"), list):
        raise Invalid(
            _("Thiếu danh sách “alerts”."), place="/alerts", mend=_("Gửi thông báo webhook của Alertmanager.")
        )
    if given.get("version", "4") != "4":
        raise Invalid(
            _("Phiên bản thông báo “%(version)s” chưa được hỗ trợ.") % {"version": str(given["version"])[:20]},
            place="/version",
            mend=_("Dùng Alertmanager gửi phiên bản “4”."),
        )
    if len(given["alerts"]) > MAX_ALERTS:
        raise Invalid(
            _("Thông báo có %(count)d cảnh báo, nhiều nhất %(most)d.")
            % {"count": len(given["alerts"]), "most": MAX_ALERTS},
            place="/alerts",
            mend=_("Chia nhỏ nhóm cảnh báo (group_by) ở Alertmanager."),
        )
    left_out = given.get("truncatedAlerts", 0)
    found = Payload(truncated=left_out if type(left_out) is int and 0 < left_out < 2**31 else 0)
    for index, alert in enumerate(given["alerts"]):
        try:
            found.told.append(_alert(alert))
        except _Unreadable as fault:
            found.refused.append(Refused(f"/alerts/{index}{fault.where}", fault.reason))
    return found


class _Unreadable(Exception):
    """Where in an alert, and why."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(reason)
        self.where, self.reason = where, reason


def _alert(alert: Any) -> Told:
    if not isinstance(alert, dict):
        raise _Unreadable("", _("không phải là một đối tượng"))
    labels = alert.get("labels")
    if not isinstance(labels, dict) or not all(isinstance(value, str) for value in labels.values()):
        raise _Unreadable("/labels", _("thiếu nhãn, hoặc nhãn không phải chữ"))
    if alert.get("status") not in (FIRING, RESOLVED):
        raise _Unreadable("/status", _("phải là “firing” hoặc “resolved”"))
    starts = moment(alert.get("startsAt"))
    ends = moment(alert.get("endsAt") or NO_TIME)
    if starts is None or not is_set(starts):
        raise _Unreadable("/startsAt", _("không phải thời điểm RFC 3339"))
    if ends is None:
        raise _Unreadable("/endsAt", _("không phải thời điểm RFC 3339"))
    kind, element = element_of(labels)
    if len(element) > LONGEST:
        raise _Unreadable("/labels", _("tên phần tử dài quá %(most)d ký tự") % {"most": LONGEST})
    fingerprint = alert.get("fingerprint")
    if not isinstance(fingerprint, str) or not 0 < len(fingerprint) <= 80:
        fingerprint = hashlib.sha256(orjson.dumps(labels, option=orjson.OPT_SORT_KEYS)).hexdigest()
    over = alert["status"] == RESOLVED
    return Told(
        kind,
        element,
        UP if over else DOWN,
        fingerprint,
        starts,
        ends if over and is_set(ends) else None,
        labels.get("alertname", ""),
        labels.get("network", ""),
        _kept(alert, labels, fingerprint),
    )


def _kept(alert: dict[str, Any], labels: dict[str, str], fingerprint: str) -> str:
    """The canonical text of what is kept of an alert."""
    kept = {name: labels[name] for name in sorted(KEPT_LABELS & labels.keys())}
    raw = {"status": alert["status"], "labels": kept, "fingerprint": fingerprint}
    raw |= {name: alert[name] for name in ("startsAt", "endsAt") if isinstance(alert.get(name), str)}
    try:
        text = canonical.dumps(raw).decode()
    except (ValueError, TypeError, UnicodeError) as error:
        raise _Unreadable("", _("có ký tự không dùng được")) from error
    if len(text) > 8000:
        raise _Unreadable("/labels", _("nhãn quá dài"))
    return text


def element_of(labels: dict[str, str]) -> tuple[str, str]:
    """Kind and name of the element that labels speak of; without any it is the alert's own name, which mending can
    then say to be none."""
    for kind, names in ((SPAN, SPAN_LABELS), (NODE, NODE_LABELS)):
        for name in names:
            if text := labels.get(name, "").strip():
                return kind, text
    if text := labels.get("element", "").strip():
        return (SPAN if labels.get("element_kind") in (SPAN, *SPAN_LABELS) else NODE), text
    if device := re.sub(r":\d+$", "", labels.get("instance", "").strip()):
        for name in PORT_LABELS:
            if port := labels.get(name, "").strip():
                return SPAN, f"{device}/{port}"
        return NODE, device
    return NODE, labels.get("alertname", "").strip() or "?"
