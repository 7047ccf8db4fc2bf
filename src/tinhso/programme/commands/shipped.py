"""Agreements from a file: the one shipped with the program, or another province's in the same form."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from tinhso.files.imports import Diff, Plan, apply_import, compare
from tinhso.files.models import ImportBatch
from tinhso.foundation.errors import Invalid
from tinhso.foundation.json_faults import body_fault
from tinhso.identity.models import Agency
from tinhso.measures.contract import indicators
from tinhso.programme.commands.agreements import check_signed_on
from tinhso.programme.importers import AGREEMENT
from tinhso.programme.models import Agreement, Commitment, Party, Pillar, Signatory
from tinhso.programme.succession import carry_on
from tinhso.programme.values import parse_value
from tinhso.proof.audit import Actor

SHIPPED = Path(__file__).parent.parent / "data" / "nam-dinh-vnpt-2021-2025.json"


def _day(value: str | None, place: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise Invalid(_("Ngày không đúng."), place=place, mend=_("Ghi theo dạng 2021-12-31.")) from None


def _both(said: dict[str, str] | None, name: str) -> dict[str, str]:
    return {f"{name}_vi": (said or {}).get("vi", ""), f"{name}_en": (said or {}).get("en", "")}


def _owner(uid: str, agencies: dict[str, Agency], place: str) -> dict[str, str]:
    if uid and uid not in agencies:
        raise Invalid(
            _("Chưa có cơ quan “%(uid)s”.") % {"uid": uid}, place=place, mend=_("Nhập danh bạ cơ quan trước.")
        )
    agency = agencies.get(uid)
    return {
        "owner_uid": uid,
        "owner_vi": agency.name if agency else "",
        "owner_en": (agency.name_en or agency.name) if agency else "",
    }


def _commitment(said: dict[str, Any], pillar: Pillar, order: int, agencies: dict[str, Agency]) -> Commitment:
    place = f"/commitments/{said['uid']}"
    if (named := said.get("indicator", "")) and named not in indicators:
        raise Invalid(_("Không có chỉ số “%(id)s”.") % {"id": named}, place=place)
    value = parse_value(said["target"], place) if said.get("target") else (None, None)
    return Commitment(
        uid=said["uid"],
        agreement=pillar.agreement,
        pillar=pillar.uid,
        order=order,
        valid_from=pillar.valid_from,
        quote=said.get("quote", ""),
        indicator=named,
        comparator=said.get("comparator", "") if said.get("target") else "",
        target_numerator=value[0],
        target_denominator=value[1],
        due=_day(said.get("due"), place),
        weight=said.get("weight", 1),
        headline=said.get("headline", False),
        **_both(said["text"], "text"),
        **_both(said.get("reading"), "reading"),
        **_owner(said.get("owner", ""), agencies, place),
    )


def _plans(said: dict[str, Any]) -> Iterable[Plan]:
    uid, since = said["uid"], _day(said["period"][0], "/period/0")
    if since is None:
        raise Invalid(_("Ngày không đúng."), place="/period/0")
    uids = {party["agency"] for party in said["parties"]}
    uids |= {item.get("owner", "") for pillar in said["pillars"] for item in pillar["commitments"]}
    agencies = {row.uid: row for row in Agency.objects.known_at().filter(uid__in=uids).order_by("-valid_from")}
    if said.get("signed_on"):
        check_signed_on(said["signed_on"])
    head = Agreement(
        uid=uid,
        scope=said["scope"],
        valid_from=since,
        period_from=since,
        period_to=_day(said["period"][1], "/period/1"),
        signed_on=said.get("signed_on", ""),
        **_both(said["title"], "title"),
        **_both(said.get("source"), "source"),
        **_both(said.get("note"), "note"),
    )
    parties = []
    for party in said["parties"]:
        owner = _owner(party["agency"], agencies, "/parties")
        parties.append(
            Party(
                agreement=uid,
                side=party["side"],
                agency_uid=party["agency"],
                name_vi=owner["owner_vi"],
                name_en=owner["owner_en"],
                valid_from=since,
            )
        )
    people = [
        Signatory(
            agreement=uid,
            side=person["side"],
            order=order,
            name=person["name"],
            capacity=person["capacity"],
            valid_from=since,
            **_both(person["position"], "position"),
        )
        for order, person in enumerate(said["people"], 1)
    ]
    pillars, commitments = [], []
    for order, pillar in enumerate(said["pillars"], 1):
        key = f"{uid}/{pillar['id']}"
        pillars.append(
            Pillar(
                uid=key,
                agreement=uid,
                kind=pillar["kind"],
                order=order,
                valid_from=since,
                term_from=_day(pillar["term"][0], key),
                term_to=_day(pillar["term"][1], key),
                **_both(pillar["title"], "title"),
            )
        )
        commitments += [
            _commitment(item, pillars[-1], number, agencies) for number, item in enumerate(pillar["commitments"], 1)
        ]
    yield Plan(("uid",), Agreement.objects.filter(uid=uid), [head])
    # Party and commitments are compared piece by piece, as successions have cut them.
    yield Plan(("side", "valid_from"), Party.objects.filter(agreement=uid), carry_on(parties))
    yield Plan(("order",), Signatory.objects.filter(agreement=uid), people)
    yield Plan(("uid",), Pillar.objects.filter(agreement=uid), pillars)
    yield Plan(("uid", "valid_from"), Commitment.objects.filter(agreement=uid), carry_on(commitments))


def load_agreement(*, actor: Actor, path: Path = SHIPPED, dry_run: bool = False) -> tuple[ImportBatch | None, Diff]:
    """Load an agreement from its JSON file; loading the same file again changes nothing, `dry_run` only tells.

    Invalid names the place where the file is broken, or the agency or indicator it names that is not known.
    """
    try:
        content = path.read_bytes()
        plans = list(_plans(orjson.loads(content)))
    except OSError as missing:
        raise Invalid(_("Không đọc được tệp: %(why)s.") % {"why": missing.strerror}, place=path.name) from missing
    except orjson.JSONDecodeError as broken:
        fault = body_fault(content) or Invalid(_("Tệp không phải JSON."))
        raise Invalid(fault.what, place=", ".join(filter(None, (path.name, fault.place))), mend=fault.mend) from broken
    except (KeyError, TypeError, IndexError, AttributeError) as lacking:
        raise Invalid(
            _("Tệp thỏa thuận thiếu “%(what)s”.") % {"what": lacking},
            place=path.name,
            mend=_("Theo dạng của tệp kèm chương trình."),
        ) from lacking
    if dry_run:
        return None, compare(plans)
    return apply_import(
        actor=actor,
        importer=AGREEMENT,
        source_name=path.name,
        source_sha256=hashlib.sha256(content).hexdigest(),
        plan=lambda: plans,
    )
