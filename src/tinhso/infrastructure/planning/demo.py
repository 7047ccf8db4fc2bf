"""The demonstration's plan: assumed prices, straight candidate lines, and an approved phase for a budget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation.dates import today
from tinhso.foundation.demo import demo_step
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.design.document import network_uuid
from tinhso.infrastructure.network.design.plan import BEGIN
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.planning.commands.candidates import generate_candidates
from tinhso.infrastructure.planning.commands.costs import record_costs
from tinhso.infrastructure.planning.commands.runs import ask, go_on
from tinhso.infrastructure.planning.commands.works import approve
from tinhso.infrastructure.planning.models import Decision, Plan, PlanRun
from tinhso.infrastructure.planning.models.costs import CROSSING, METHOD, NODE
from tinhso.infrastructure.planning.models.plans import DOUBLE, FAILED, FINISHED, MOST, OPEN_STATES, SPAN, UNITS
from tinhso.infrastructure.planning.running import search
from tinhso.proof.audit import SYSTEM

PRICES = {
    METHOD: {"aerial": 70_000_000, "buried": 235_000_000},
    NODE: {"site": 20_000_000, "junction": 3_000_000},
    CROSSING: {"river": 150_000_000, "road": 8_000_000, "rail": 60_000_000},
}
BUDGET = 5_000_000_000
#: It ends once the plan is proven best, after three seconds on a quiet machine.
SEARCH_S = 60
TITLE = "Đường thứ hai cho nhiều người nhất với 5 tỷ đồng (trình diễn)"


@demo_step("planning", order=40)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """A price list, a candidate set, and one finished plan; a repetition changes nothing."""
    costs = record_costs(
        actor=SYSTEM,
        code="trinh-dien",
        title=_("Bảng giá trình diễn"),
        source=_("Giả định của dữ liệu trình diễn, không phải giá của gói thầu hay định mức nào"),
        method="aerial",
        prices=PRICES,
        detour_permille=1300,
        valid_from=BEGIN,
        demonstration=True,
    )
    lines = generate_candidates(actor=SYSTEM, name=_("Đường thẳng trình diễn"))
    network = Network.objects.filter(uuid=network_uuid(province_code)).first()
    if network is None:
        return
    asked = PlanRun.objects.filter(plan__network=network, plan__title=TITLE).first()
    if asked is None and Plan.objects.filter(network=network).exists():
        return
    try:
        asked = asked or ask(
            actor=SYSTEM,
            title=TITLE,
            network=network,
            question=DOUBLE,
            protect=SPAN,
            target=UNITS,
            scope=f"unit:{province_code}",
            day=as_of,
            aim=MOST,
            budget=BUDGET,
            cost_model=costs,
            candidate_set=lines,
            time_limit_s=SEARCH_S,
        )
    except Invalid as refused:
        say(str(refused))
        return
    if asked.state == FAILED and asked.reason_code == "worker-lost":
        asked = go_on(actor=SYSTEM, run=asked)
    if asked.state in OPEN_STATES:
        search(asked)
        asked.refresh_from_db()
    if asked.state != FINISHED:
        say(_("Không lập được phương án trình diễn: %(reason)s") % {"reason": asked.reason or asked.reason_code})
        return
    first = asked.result.phases.first()
    if first is not None and not Decision.objects.filter(phase=first).exists():
        due_on = date(max(today(), as_of).year + 1, 12, 31)
        approve(actor=SYSTEM, phase=first, due_on=due_on, remark=_("Duyệt để trình diễn, không phải quyết định thật"))
    gained = asked.result.served_after - asked.result.served_before
    say(_("Phương án trình diễn: %(gained)d đơn vị thêm đường thứ hai") % {"gained": gained})
