"""Filing: a dossier gets its code, its people, answers and papers, and its first event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Invalid
from tinhso.foundation.numbering import next_number
from tinhso.foundation.text import fold
from tinhso.government.services.dossiers.chain import seal
from tinhso.government.services.dossiers.commands.apply import Applied, apply
from tinhso.government.services.ground.process import Act
from tinhso.government.services.ground.states import APPLICANTS, CHANNELS, REGISTERED
from tinhso.government.services.models import (
    AppliedAct,
    Dossier,
    DossierAnswers,
    DossierNumber,
    DossierPaper,
    DossierParty,
    ProcedureVersion,
)
from tinhso.identity.models import Agency
from tinhso.proof.audit import Actor, command, note, nothing_changed


@dataclass(frozen=True)
class Party:
    """A person of a dossier, as typed."""

    name: str
    id_number: str = ""
    birth_date: date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    relation: str = ""


@dataclass(frozen=True)
class Filing:
    """Everything a new dossier is made of. Agencies are uids; `papers` are unsaved DossierPaper rows."""

    version: ProcedureVersion
    channel: str
    applicant_kind: str
    applicant: Party
    competent_uid: str
    received_uid: str
    helped_uid: str = ""
    representative: Party | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    papers: Sequence[DossierPaper] = ()
    owner: Any = None


@command("services.file_dossier")
def file_dossier(*, filing: Filing, actor: Actor, key: str, user: Any, at: datetime | None = None) -> Applied:
    """Make a dossier and submit it. The same `key` again answers with the dossier it made.

    A dossier of a demonstration procedure, or filed by a demonstration account, is demonstration itself.
    Invalid: an unknown channel or applicant, a channel the procedure does not take, or an agency without a code.
    """
    now = at or timezone.now()
    if done := AppliedAct.objects.filter(key=key).select_related("dossier").first():
        nothing_changed()
        events = done.dossier.events.filter(number__lte=done.last_event).order_by("number")
        return Applied(done.dossier, tuple(events), repeated=True)
    _check(filing)
    row = Dossier.objects.create(
        code=next_code(_agency_code(filing.received_uid or filing.competent_uid, now.astimezone(VIETNAM).date()), now),
        version=filing.version,
        owner=filing.owner,
        helped_uid=filing.helped_uid,
        received_uid=filing.received_uid,
        competent_uid=filing.competent_uid,
        channel=filing.channel,
        applicant_kind=filing.applicant_kind,
        filed_at=now,
        status=REGISTERED,
        demonstration=filing.version.procedure.demonstration or getattr(user, "demonstration", False),
    )
    _people(row, filing)
    salt, text, digest = seal(filing.answers)
    DossierAnswers.objects.create(dossier=row, salt=salt, values=text)
    for paper in filing.papers:
        paper.dossier, paper.draft = row, None
        paper.save()
    files = sorted({paper.file.sha256 for paper in filing.papers if paper.file})
    fee = filing.version.definition.fee
    data = {"channel": filing.channel, "fee": fee, "answers": digest, "files": files}
    applied = apply(dossier=row.pk, act=Act("submit", data), actor=actor, key=key, user=user, at=now)
    note(target=row.code, after={"procedure": filing.version.procedure.code, "version": filing.version.number})
    return applied


def _check(filing: Filing) -> None:
    definition = filing.version.definition.content
    if filing.channel not in CHANNELS or filing.channel not in definition["channels"]:
        raise Invalid(_("Thủ tục này không nhận qua kênh «%(way)s».") % {"way": filing.channel}, place="channel")
    if filing.applicant_kind not in APPLICANTS or filing.applicant_kind not in definition["audience"]:
        raise Invalid(_("Thủ tục này không dành cho đối tượng đã chọn."), place="applicant_kind")
    if not filing.applicant.name.strip():
        raise Invalid(_("Cần họ tên người đề nghị."), place="applicant.name")


def _agency_code(uid: str, day: date) -> str:
    agency = Agency.objects.as_of(day).filter(uid=uid).first()
    if agency is None or not agency.code_new:
        raise Invalid(
            _("Cơ quan «%(uid)s» không có mã định danh nên không cấp được mã hồ sơ.") % {"uid": uid},
            place="received_uid",
            mend=_("Bổ sung mã cho cơ quan trong danh mục cơ quan."),
        )
    return agency.code_new


def next_code(agency_code: str, moment: datetime) -> str:
    """The next dossier code of an agency on a day: H40.12.03-251008-0975."""
    day = moment.astimezone(VIETNAM).date()
    return f"{agency_code}-{day:%y%m%d}-{next_number(DossierNumber.objects, agency_code=agency_code, day=day):04}"


def _people(row: Dossier, filing: Filing) -> None:
    for role, party in (("applicant", filing.applicant), ("representative", filing.representative)):
        if party is not None:
            DossierParty.objects.create(
                dossier=row,
                role=role,
                relation=party.relation,
                name=party.name.strip(),
                folded=fold(party.name),
                id_number=party.id_number,
                birth_date=party.birth_date,
                phone=party.phone,
                email=party.email,
                address=party.address,
            )
