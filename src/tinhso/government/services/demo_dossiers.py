"""The demonstration's dossiers: made through the same acts as any other, from a fixed seed, labelled demonstration."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM, today
from tinhso.foundation.demo import demo_step
from tinhso.government.services.dossiers.commands import Filing, Party, apply, file_dossier
from tinhso.government.services.filing.competent import competent_agencies
from tinhso.government.services.ground.process import Act
from tinhso.government.services.models import Dossier, DossierPaper, ProcedureVersion
from tinhso.identity.commands import create_user, grant_role
from tinhso.identity.models import Agency, User
from tinhso.payments.commands import set_account
from tinhso.payments.demo import ACCOUNT
from tinhso.payments.models import BankAccount
from tinhso.proof.audit import SYSTEM
from tinhso.workdays.queries import current

DOSSIERS, OPEN, AGENCIES = 51, 14, 4
FIRST = date(2025, 7, 7)
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
NAMES = (
    "Văn An",
    "Thị Bình",
    "Minh Châu",
    "Thu Dung",
    "Quốc Đạt",
    "Thị Hà",
    "Văn Khoa",
    "Ngọc Lan",
    "Đức Long",
    "Thị Mai",
)
#: The accounts people sign in with, which get a desk where most is open, and a dossier of their own.
DESKS = (("motcua", "clerk"), ("chuyenvien", "officer"), ("lanhdao", "leader"))
CITIZEN = "congdan"
WORKERS = (
    ("motcua-minhhoa", "Cán bộ một cửa minh họa", "clerk"),
    ("chuyenvien-minhhoa", "Chuyên viên minh họa", "officer"),
    ("lanhdao-minhhoa", "Lãnh đạo minh họa", "leader"),
)


@dataclass
class Desk:
    """Who acts in the demonstration, and what was decided by chance."""

    people: dict[str, User]
    chance: random.Random

    def act(self, dossier: Dossier, verb: str, role: str, at: datetime, **data: object) -> Dossier:
        """One act of one person, at a moment of the past."""
        user = self.people.get(role)
        done = apply(
            dossier=dossier.pk,
            act=Act(verb, data),
            actor=user.actor() if user else SYSTEM,
            key=f"demonstration/{dossier.uid}/{dossier.events_count}",
            user=user,
            at=at,
        )
        return done.dossier


@demo_step("services_dossiers", order=64)
def dossiers(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """File and handle them all, or none: a start that was killed begins anew."""
    versions = _versions()
    last = today() - timedelta(days=1)
    if Dossier.objects.exists() or not versions or last <= FIRST:
        say(_("Hồ sơ trình diễn: đã có hoặc không có thủ tục"))
        return
    chance = random.Random(f"services/{province_code}")  # noqa: S311 (seeded, for a demonstration)
    with transaction.atomic():
        desk = Desk(_people(), chance)
        found = {version.pk: _agencies(version, last) for version in versions}
        rows = [(number, versions[number % len(versions)]) for number in range(DOSSIERS)]
        rows = [(number, version) for number, version in rows if found[version.pk]]
        # What is open lies with one agency of each kind: a desk with something on it, not four with little.
        _furnish(Counter(found[version.pk][0].uid for number, version in rows if number >= DOSSIERS - OPEN))
        for number, version in rows:
            agencies = found[version.pk]
            _one(desk, version, agencies[0 if number >= DOSSIERS - OPEN else number % len(agencies)], last, number)
    say(_("%(n)d hồ sơ trình diễn") % {"n": len(rows)})


def _versions() -> list[ProcedureVersion]:
    """Versions in force all the time, with steps that one agency does alone."""
    rows = ProcedureVersion.objects.filter(valid_from__lte=FIRST, valid_to=None, procedure__retired_from=None)
    rows = rows.filter(procedure__demonstration=True).select_related("procedure").order_by("procedure__code", "-number")
    found: dict[int, ProcedureVersion] = {}
    for version in rows:
        if len(version.definition.steps) <= 3 and not any(step.agency for step in version.definition.steps):
            found.setdefault(version.procedure_id, version)
    return list(found.values())


def _agencies(version: ProcedureVersion, day: date) -> list[Agency]:
    then = {agency.uid for agency in competent_agencies(version.definition, FIRST)}
    return [agency for agency in competent_agencies(version.definition, day) if agency.uid in then][:AGENCIES]


def _people() -> dict[str, User]:
    found = {}
    for username, full_name, role in WORKERS:
        user = User.objects.filter(username=username).first()
        if user is None:
            user = create_user(actor=SYSTEM, username=username, full_name=full_name, password_hash=make_password(None))
            grant_role(actor=SYSTEM, user=user, role=role, agency_uid="", valid_from=FIRST, reason="Hồ sơ trình diễn")
        found[role] = user
    return found


def _furnish(open_at: Counter[str]) -> None:
    """Give the agency where most is open the demonstration's people at its desks, and an account for its fees."""
    if not open_at:
        return
    uid = max(open_at, key=lambda uid: (open_at[uid], uid))
    if not BankAccount.objects.known_at().filter(agency_uid=uid).exists():
        set_account(actor=SYSTEM, agency_uid=uid, bank="970415", number="000000000004", valid_from=FIRST, **ACCOUNT)
    for username, role in DESKS:
        user = User.objects.filter(username=username, demonstration=True).first()
        if user:
            grant_role(actor=SYSTEM, user=user, role=role, agency_uid=uid, valid_from=FIRST, reason="Hồ sơ trình diễn")


def _one(desk: Desk, version: ProcedureVersion, agency: Agency, last: date, number: int) -> None:
    chance = desk.chance
    definition = version.definition
    day = FIRST + timedelta(days=(last - FIRST).days * number // DOSSIERS)
    if number >= DOSSIERS - OPEN:
        # The last ones have only just come, so that desks have something to do.
        day = last - timedelta(days=number % 3 + 1)
    while not current().works(day):
        day -= timedelta(days=1)
    filed = _moment(day, chance.randrange(60))
    channels = definition.content["channels"]
    channel = "online" if "online" in channels and chance.random() < 0.65 else channels[0]
    name = f"{chance.choice(SURNAMES)} {chance.choice(NAMES)}"
    owner = User.objects.filter(username=CITIZEN).first() if channel == "online" and number % 8 == 5 else None
    reused = chance.random() < 0.5
    papers = [
        DossierPaper(
            document=item["code"],
            copy_kind="electronic" if "electronic" in item["kinds"] else item["kinds"][0],
            origin="reused" if reused and place else "uploaded" if channel == "online" else "scanned",
            added_at=filed,
        )
        for place, item in enumerate(definition.content["documents"])
    ]
    filing = Filing(
        version=version,
        channel=channel,
        applicant_kind=definition.content["audience"][0],
        applicant=Party(owner.full_name if owner else name, id_number=f"0362{chance.randrange(10**8):08}"),
        competent_uid=agency.uid,
        received_uid=agency.uid,
        papers=papers,
        owner=owner,
    )
    clerk = desk.people["clerk"]
    key = f"demonstration/{number}"
    dossier = file_dossier(filing=filing, actor=clerk.actor(), key=key, user=clerk, at=filed).dossier
    if number < DOSSIERS - OPEN:
        _handle(desk, dossier, filed, last)
    elif number % 2:
        desk.act(dossier, "accept", "clerk", filed + timedelta(hours=1))


def _handle(desk: Desk, dossier: Dossier, filed: datetime, last: date) -> None:
    """What became of it: mostly done in time; some late, supplemented, refused, stopped or open still."""
    chance = desk.chance
    received = filed + timedelta(hours=1)
    fate = chance.random()
    if fate < 0.03:
        desk.act(dossier, "refuse", "clerk", received, reason="Không thuộc thẩm quyền")
        return
    dossier = desk.act(dossier, "accept", "clerk", received)
    due = dossier.due_at
    if due is None:
        return
    late = fate > 0.88
    left = max((due - received) * (1.3 if late else chance.uniform(0.3, 0.9)), timedelta(hours=2))
    at = received + timedelta(hours=2)
    if at.date() >= last:
        return
    if fate < 0.12:
        dossier = _claim(desk, dossier, at)
        dossier = desk.act(dossier, "request_supplements", "officer", at, reason="Thiếu bản sao căn cước", papers=[])
        at += timedelta(days=2)
        if at.date() >= last:
            return
        dossier = desk.act(dossier, "supplement", "clerk", at, papers=[])
    end = at + left
    if end.date() >= last:
        _claim(desk, dossier, at)
        return
    if dossier.payment == "due":
        online = chance.random() < 0.6
        dossier = desk.act(dossier, "pay", "bank" if online else "clerk", at, reference="Trình diễn")
    for place in range(len(dossier.version.definition.steps)):
        dossier = _claim(desk, dossier, end)
        final = place + 1 == len(dossier.version.definition.steps)
        task = dossier.tasks.get(closed_at=None)
        dossier = desk.act(dossier, "finish" if final else "complete_step", _doer(task.role), end, task=task.number)
    if chance.random() < 0.85:
        way = "online" if dossier.channel == "online" else "handed"
        desk.act(dossier, "return_result", "clerk", end + timedelta(hours=3), way=way)


def _doer(role: str) -> str:
    return "leader" if role == "leader" else "officer"


def _claim(desk: Desk, dossier: Dossier, at: datetime) -> Dossier:
    """Whoever does the open task takes it, where nobody has."""
    task = dossier.tasks.filter(closed_at=None, holder=None).first()
    if task is None:
        return dossier
    doer = _doer(task.role)
    return desk.act(dossier, "claim", doer, at, task=task.number, holder=desk.people[doer].actor().code)


def _moment(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(8), VIETNAM) + timedelta(minutes=minutes)
