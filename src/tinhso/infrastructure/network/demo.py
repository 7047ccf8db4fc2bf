"""The demonstration's network: designed on the province's communes, read in as an operator would publish it."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import orjson
from django.utils.translation import gettext as _

from tinhso.foundation.demo import demo_step
from tinhso.identity.models import Agency
from tinhso.identity.queries import agencies_in
from tinhso.infrastructure.network.commands import import_ofds
from tinhso.infrastructure.network.commands_core import choose_core, connect_agencies
from tinhso.infrastructure.network.coverage import generations
from tinhso.infrastructure.network.design.document import document, network_uuid, publication_days
from tinhso.infrastructure.network.design.plan import BEGIN, Customer, Plan, Site, design, middle
from tinhso.infrastructure.network.models import Network, Reading
from tinhso.places.models import Unit
from tinhso.places.queries import points, populations, unit_at
from tinhso.places.scopes import units_in
from tinhso.proof.audit import SYSTEM

COMMITTEE = "peoples_committee"
LARGEST_DISTRICT = 45


@demo_step("infrastructure", order=30, essential=True)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """Design the network on the province's first units, read in each publication, choose its core, connect agencies."""
    scope = f"unit:{province_code}"
    known = generations(scope)
    if not known:
        say(_("Chưa có đơn vị cấp xã của tỉnh %(code)s: không thiết kế mạng.") % {"code": province_code})
        return
    first = known[0]
    last = known[1] - timedelta(days=1) if len(known) > 1 else max(as_of, first)
    plan = planned(scope, first, last)
    province = unit_at(province_code, first)
    name = _("Mạng cáp quang trình diễn – %(province)s") % {"province": province.name if province else province_code}
    publish(plan, province_code, name)
    network = Network.objects.get(uuid=network_uuid(province_code))
    choose_core(
        actor=SYSTEM,
        network=network,
        nodes=plan.core,
        valid_from=BEGIN,
        reason="Hai nút lõi của mạng trình diễn, đặt tại nơi tỉnh đóng trụ sở",
    )
    lines = [(node.agency, node.id) for node in plan.nodes.values() if node.agency]
    connect_agencies(actor=SYSTEM, network=network, lines=lines, valid_from=BEGIN, basis="Thiết kế mạng trình diễn")
    say(
        _("%(name)s: %(nodes)d nút, %(spans)d đoạn cáp")
        % {"name": name, "nodes": len(plan.nodes), "spans": len(plan.spans)}
    )


def publish(plan: Plan, province_code: str, name: str) -> None:
    """Read in every publication of a plan; none when the last one was read in already."""
    days = list(publication_days())

    def file_of(day: date) -> bytes:
        return orjson.dumps(document(plan, province_code, name, day))

    last = Reading.objects.known_at().filter(network__uuid=network_uuid(province_code)).order_by("-valid_from").first()
    if last is not None and last.source_sha256 == hashlib.sha256(file_of(days[-1])).hexdigest():
        return
    for day in days:
        import_ofds(
            actor=SYSTEM,
            raw=file_of(day),
            source_name=f"trinh-dien-{province_code}-{day.isoformat()}.json",
            as_of=day,
            demonstration=True,
        )


def planned(scope: str, units_on: date, agencies_on: date) -> Plan:
    """The design for the units of a scope on one day and its agencies on another."""
    sites = _sites(units_in(scope, units_on))
    by_code = {site.code: site for site in sites}
    agencies = [agency for agency in agencies_in(scope, agencies_on) if agency.kind != "operator"]
    return design(sites, [_customer(agency) for agency in agencies], *_seats(by_code, agencies))


def _customer(agency: Agency) -> Customer:
    return Customer(agency.uid, agency.name, agency.level, agency.seat_unit_code)


def _sites(units: list[Unit]) -> list[Site]:
    """Communes with a point, by district; where there are no districts, by direction from the middle."""
    uids = [unit.uid for unit in units]
    at, people = points(uids), populations(uids)
    districts: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.uid in at:
            districts[unit.parent_uid].append(unit)
    sites = []
    for district, here in sorted(districts.items()):
        lat = sum(at[unit.uid][0] for unit in here) / len(here)
        lon = sum(at[unit.uid][1] for unit in here) / len(here)
        around = sorted(here, key=lambda unit: math.atan2(at[unit.uid][0] - lat, at[unit.uid][1] - lon))
        sectors = -(-len(here) // LARGEST_DISTRICT)
        for index, unit in enumerate(around):
            sector = f"{district}/{index * sectors // len(here)}"
            known = people.get(unit.uid)
            sites.append(Site(unit.code, unit.name, at[unit.uid], sector, known.persons if known else 1))
    return sorted(sites, key=lambda site: site.code)


def _seats(sites: dict[str, Site], agencies: list[Agency]) -> tuple[str, dict[str, str]]:
    """The commune of the province's seat, and by district that of the district's: where its committee sits, else the
    middle."""
    members: dict[str, list[Site]] = defaultdict(list)
    for site in sites.values():
        members[site.district].append(site)
    seats = {district: middle(here) for district, here in members.items()}
    capital = middle(list(sites.values()))
    for agency in agencies:
        seat = sites.get(agency.seat_unit_code)
        if seat and agency.kind == COMMITTEE and agency.level == "district":
            seats[seat.district] = seat.code
        if seat and agency.kind == COMMITTEE and agency.level == "province":
            capital = seat.code
    return capital, seats
