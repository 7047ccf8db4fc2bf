"""What exists in the served province, and for whom: what schemathesis cannot guess."""

import base64
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from tinhso.foundation.dates import today
from tinhso.government.services.catalogue.commands import save_draft
from tinhso.government.services.desk.commands import attach_file
from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.filing.api import FilingIn, open_version, raw_filing
from tinhso.government.services.filing.commands.drafts import begin_draft, promise_paper
from tinhso.government.services.filing.competent import competent_agencies
from tinhso.government.services.index.counting import LOST
from tinhso.government.services.models import (
    Dossier,
    DossierPaper,
    Draft,
    IssuedPaper,
    Procedure,
    SyncFinding,
    SyncMessage,
    SyncRun,
)
from tinhso.government.services.tests.test_filing import photo
from tinhso.identity.commands.sign_in import create_token
from tinhso.identity.demo import ACCOUNTS
from tinhso.identity.models import User
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages.models import Outage
from tinhso.infrastructure.planning.models import Plan
from tinhso.payments.commands import Told, receive, renew_key
from tinhso.payments.models import BankAccount, BankFeed, BankTransaction, PaymentRequest, Refund
from tinhso.places.models import Scope
from tinhso.programme.models import Agreement, Commitment, Review
from tinhso.proof.audit import SYSTEM
from tinhso.workdays.commands import pinned
from tinhso.workdays.models import CalendarVersion

VISITORS = tuple(name for name, *_rest in ACCOUNTS)
SERVICES, PAYMENTS, WORKDAYS = "/api/services", "/api/payments", "/api/workdays"
#: A procedure whose form is short and whose paper may be brought to the counter; one nobody edits meanwhile.
FILED, PUBLISHED = "2.000815", "1.001699"
MOST, DRAFTS, CREDITS = 4, 12, 12


def filing(**more: Any) -> dict[str, Any]:
    """A dossier that can be filed."""
    version = open_version(User.objects.get(username="congdan"), FILED)
    content = version.definition.content
    paper = {"name": "a.jpg", "content": base64.b64encode(photo().read()).decode()}
    return {
        "procedure": FILED,
        "competent": competent_agencies(version.definition, today())[0].uid,
        "applicant_kind": content["audience"][0],
        "who": "self",
        "applicant": {"name": "Nguyễn Văn An", "id_number": "036123456789", "address": "Xóm 1"},
        "representative": None,
        "answers": {one["key"]: "1" for one in content["form"] if one["required"]},
        "papers": [
            {"document": one["code"], "kind": one["kinds"][0], **paper}
            for one in content["documents"]
            if one["required"]
        ],
        **more,
    }


def prepare() -> None:
    """What the demonstration has none of: drafts, files, money that fits nothing, a comparison with the portal."""
    pinned()
    citizen, leader, editor = (User.objects.get(username=name) for name in ("congdan", "lanhdao", "bientap"))
    version = open_version(citizen, FILED)
    raw = raw_filing(version.definition, FilingIn(**filing()))
    for _number in range(DRAFTS):
        draft = begin_draft(version=version, user=citizen, raw=raw, actor=citizen.actor())
        for paper in filing()["papers"]:
            promise_paper(draft=draft, document=paper["document"], copy_kind=paper["kind"], actor=citizen.actor())
    for row in Dossier.objects.visible_to(leader).order_by("-filed_at", "pk")[:MOST]:
        attach_file(
            dossier=row.pk,
            content=photo(),
            name="a.jpg",
            document="",
            issued=False,
            actor=leader.actor(),
            user=leader,
            key=f"known-{row.pk}",
        )
    content = open_version(citizen, PUBLISHED).definition.content
    save_draft(actor=editor.actor(), code=PUBLISHED, content=content)
    accounts = BankAccount.objects.known_at().filter(agency_uid__in=leader.agency_uids("leader"))
    named = accounts.values("bin", "number")[0]
    renew_key(actor=SYSTEM, **named)
    feed = BankFeed.objects.get(**named)
    for number in range(CREDITS):
        receive(actor=SYSTEM, feed=feed, told=Told(f"FT{number}", 10_000, timezone.now(), "chuyen tien", "AN"))
    run = SyncRun.objects.create(started_at=timezone.now(), first_day=date(2026, 3, 1), last_day=date(2026, 3, 2))
    SyncFinding.objects.create(run=run, code="H40-260302-0001", kind="unknown", theirs=2)


def of(rows: Any, **names: str) -> list[dict[str, Any]]:
    """Parameters from rows: name → the row's field."""
    found = rows.values_list(*names.values())[:MOST]
    return [dict(zip(names, map(str, values), strict=True)) for values in found]


def paths(user: User) -> dict[str, list[dict[str, Any]]]:
    """Parameters of addresses below which something lies for this person, by the address."""
    dossiers = Dossier.objects.visible_to(user).order_by("-filed_at", "pk")
    requests = PaymentRequest.objects.visible_to(user).order_by("-pk")
    credits = BankTransaction.objects.visible_to(user).unmatched().order_by("pk")
    published = Procedure.objects.exclude(versions=None).exclude(code__in=(FILED, PUBLISHED)).order_by("code")
    drafts = Draft.objects.filter(owner=user)
    messages = SyncMessage.objects.filter(dossier__in=dossiers).order_by("pk")
    papers = DossierPaper.objects.filter(dossier__in=dossiers, file__isnull=False).order_by("pk")
    agencies = of(Dossier.objects.order_by("competent_uid").distinct(), uid="competent_uid")
    # What a draft is forgotten by begins with the first ones, what files it with the last.
    kept = of(drafts.order_by("-pk"), uid="uid")
    return {
        f"{SERVICES}/dossiers/{{code}}": of(dossiers, code="code"),
        f"{SERVICES}/dossiers/{{code}}/files/{{number}}": of(papers, code="dossier__code", number="pk"),
        f"{SERVICES}/dossiers/{{code}}/payments/cash": [{"code": code} for code, _reference in owed(user)],
        f"{SERVICES}/own-dossiers/{{code}}": of(Dossier.objects.filter(owner=user), code="code"),
        f"{SERVICES}/drafts/{{uid}}": of(drafts.order_by("pk"), uid="uid"),
        f"{SERVICES}/drafts/{{uid}}/filing": kept[:2],
        f"{SERVICES}/drafts/{{uid}}/papers": kept[2:],
        f"{SERVICES}/drafts/{{uid}}/papers/{{number}}": of(
            DossierPaper.objects.filter(draft__uid__in=[one["uid"] for one in kept[2:]]), uid="draft__uid", number="pk"
        ),
        f"{SERVICES}/papers/{{uid}}": of(IssuedPaper.objects.visible_to(user).order_by("pk"), uid="uid"),
        f"{SERVICES}/procedures/{{code}}": of(published, code="code"),
        f"{SERVICES}/procedures/{{code}}/versions": [{"code": PUBLISHED}],
        f"{SERVICES}/procedures/{{code}}/versions/{{number}}": of(published, code="code", number="versions__number"),
        f"{SERVICES}/index766/{{uid}}": agencies,
        f"{SERVICES}/index766/{{uid}}/lost/{{part}}": [{**one, "part": part} for one in agencies for part in LOST],
        f"{SERVICES}/index766/units/{{code}}": [{"code": "36"}],
        f"{SERVICES}/reports/{{period}}": [{"period": one} for one in ("2025", "2025-q4", "2025-10")],
        f"{SERVICES}/synchronisation/messages/{{number}}": of(messages, number="pk"),
        f"{SERVICES}/synchronisation/runs/{{number}}": of(SyncRun.objects, number="pk"),
        f"{PAYMENTS}/requests/{{uid}}": of(requests, uid="uid"),
        f"{PAYMENTS}/transactions/{{uid}}": of(credits, uid="uid"),
        f"{PAYMENTS}/refunds/{{uid}}": of(Refund.objects.visible_to(user).order_by("pk"), uid="uid"),
        f"{WORKDAYS}/versions/{{number}}": of(CalendarVersion.objects, number="number"),
        f"{WORKDAYS}/calendar/{{year}}": [{"year": "2025"}, {"year": "2026"}],
        **elsewhere(user),
    }


def elsewhere(user: User) -> dict[str, list[dict[str, Any]]]:
    """The same for the agreement and its networks."""
    networks = of(Network.objects.visible_to(user).order_by("pk"), uuid="uuid")
    plans = of(Plan.objects.visible_to(user).order_by("pk"), uid="uid")
    return {
        "/api/infrastructure/networks/{uuid}": networks,
        "/api/resilience/networks/{uuid}": networks,
        "/api/resilience/networks/{uuid}/weak/{kind}": [{**one, "kind": "span"} for one in networks],
        "/api/outages/outages/{uid}": of(Outage.objects.visible_to(user).order_by("pk"), uid="uid"),
        "/api/places/scopes/{code}": of(Scope.objects.order_by("pk"), code="code"),
        "/api/planning/plans/{uid}": plans,
        "/api/planning/plans/{uid}/files/{kind}": [{**one, "kind": "ofds"} for one in plans],
        "/api/planning/plans/{uid}/phases/{number}": [{**one, "number": "1"} for one in plans],
        "/api/programme/agreements/{uid}": of(Agreement.objects.known_at(), uid="uid"),
        "/api/programme/commitments/{uid}": of(Commitment.objects.known_at().order_by("uid"), uid="uid"),
        "/api/programme/reviews/{uid}": of(Review.objects.known_at().visible_to(user), uid="uid"),
    }


def owed(user: User) -> list[tuple[str, str]]:
    """Codes of dossiers with the reference of what is to be paid for them."""
    rows = PaymentRequest.objects.visible_to(user).filter(state="open").values_list("source_key", "reference")
    references = dict(rows)
    found = Dossier.objects.visible_to(user).filter(uid__in=references)
    return [(one.code, references[str(one.uid)]) for one in found[:MOST]]


def given(user: User) -> dict[str, list[dict[str, Any]]]:
    """Parts of queries and bodies that name what is there, by operation."""
    secrets = [
        {"code": row.code, "secret": secret_of(row)}
        for row in Dossier.objects.visible_to(user).order_by("-filed_at", "pk")[:MOST]
    ]
    whole = filing()
    values = raw_filing(open_version(user, FILED).definition, FilingIn(**whole))
    uids = sorted(user.agency_uids("clerk", "officer", "leader") or ())
    acts: tuple[tuple[str, dict[str, Any]], ...] = (
        ("note", {"text": "x"}),
        ("accept", {}),
        ("request_supplements", {"reason": "x"}),
        ("withdraw", {"reason": "x"}),
        ("rate", {"stars": 5}),
        ("suspend", {"reason": "x"}),
        ("return_result", {"way": "handed"}),
    )
    return {
        f"GET {SERVICES}/procedures/{{code}}/differences": [{"before": 1, "after": 1}],
        f"POST {SERVICES}/tracking": secrets,
        f"POST {SERVICES}/papers/by-secret": [{**one, "form": "01", "language": "vi"} for one in secrets],
        f"POST {SERVICES}/dossiers": [whole],
        f"POST {SERVICES}/counter/dossiers": [{**whole, "channel": "counter", "received": uid} for uid in uids],
        f"POST {SERVICES}/drafts": [{"procedure": FILED, "values": values}],
        f"PUT {SERVICES}/drafts/{{uid}}": [{"values": values}],
        f"POST {SERVICES}/registers": [{"agency_uid": uid, "period": "2025-10"} for uid in uids],
        f"POST {SERVICES}/dossiers/{{code}}/papers": [{"form": "01"}],
        f"POST {SERVICES}/dossiers/{{code}}/payments/cash": [{"reference": one} for _code, one in owed(user)],
        f"POST {SERVICES}/dossiers/{{code}}/acts": [
            {"verb": verb, "data": data, "expected": None} for verb, data in acts
        ],
        f"POST {SERVICES}/procedures/{{code}}/versions": [
            {"valid_from": str(today()), "valid_to": None, "reason": "x", "seen": None}
        ],
        f"POST {PAYMENTS}/transactions/{{uid}}/match": [{"reference": one, "others": []} for _code, one in owed(user)],
    }


def known() -> Iterator[dict[str, Any]]:
    """Each visitor's token, and what is there for them."""
    prepare()
    for user in User.objects.filter(username__in=VISITORS).order_by("pk"):
        roles = sorted(user.role_codes())
        token = create_token(actor=user.actor(), user=user, name="contract", roles=roles, days=1)[1]
        yield {"token": token, "paths": paths(user), "given": given(user)}


def main() -> None:
    print("known:" + json.dumps(list(known())))  # noqa: T201
