"""What the operator decides about its network: which nodes are the core, and which agencies a node serves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity.models import Agency
from tinhso.infrastructure.network.models import AgencyConnection, CoreChoice, Network, Node
from tinhso.proof.audit import Actor, command, note, nothing_changed


def known_nodes(network: Network, nodes: Iterable[str], day: date, place: str) -> list[str]:
    """The node ids, sorted, once each; Invalid names those that are not in the network on a day."""
    wanted = sorted(set(nodes))
    known = set(Node.objects.filter(network=network).as_of(day).values_list("element_id", flat=True))
    if missing := [node for node in wanted if node not in known]:
        raise Invalid(
            _("Ngày %(day)s mạng không có nút: %(nodes)s.")
            % {"day": f"{day:%d/%m/%Y}", "nodes": ", ".join(missing[:10])},
            place=place,
            mend=_("Chọn nút có trong mạng vào ngày đó, hoặc chọn ngày khác."),
        )
    return wanted


def _reason(text: str) -> str:
    """The reason in one line; Invalid where there is none."""
    reason = " ".join(text.split())
    if not reason or len(reason) > 500:
        raise Invalid(_("Cần lý do, không quá 500 ký tự."), place="reason", mend=_("Ghi căn cứ của lựa chọn này."))
    return reason


@command("infrastructure.choose_core")
def choose_core(*, actor: Actor, network: Network, nodes: Iterable[str], valid_from: date, reason: str) -> CoreChoice:
    """From a day on, these nodes are the core; until the day of a later choice, where one is recorded already.

    Earlier choices keep their time before that day. Repeating a choice changes nothing.
    """
    network = Network.objects.select_for_update().get(pk=network.pk)
    reason = _reason(reason)
    chosen = known_nodes(network, nodes, valid_from, "nodes")
    if not chosen:
        raise Invalid(_("Chưa chọn nút nào."), place="nodes", mend=_("Chọn ít nhất một nút lõi."))
    return _from_day_on(actor, network, chosen, valid_from, reason)


@command("infrastructure.withdraw_core")
def withdraw_core(*, actor: Actor, network: Network, valid_from: date, reason: str) -> CoreChoice:
    """From a day on the network has no core; until the day of a later choice, where one is recorded already.

    Invalid where no core is chosen on that day.
    """
    network = Network.objects.select_for_update().get(pk=network.pk)
    reason = _reason(reason)
    before = CoreChoice.objects.filter(network=network).as_of(valid_from).first()
    if before is None or (before.withdrawn and before.valid_from != valid_from):
        raise Invalid(
            _("Ngày %(day)s không có lựa chọn lõi nào đang hiệu lực.") % {"day": f"{valid_from:%d/%m/%Y}"},
            place="valid_from",
            mend=_("Chọn một ngày trong thời hạn của lựa chọn muốn rút."),
        )
    return _from_day_on(actor, network, [], valid_from, reason)


def _from_day_on(actor: Actor, network: Network, chosen: list[str], valid_from: date, reason: str) -> CoreChoice:
    text = canonical.dumps(chosen).decode()
    choices = CoreChoice.objects.filter(network=network).known_at()
    before = choices.valid_on(valid_from).first()
    if before and before.valid_from == valid_from and (before.nodes, before.reason) == (text, reason):
        nothing_changed()
        return before
    later = choices.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    moment = timezone.now()
    if before:
        choices.filter(pk=before.pk).supersede(moment)
        if before.valid_from != valid_from:
            kept = before.again(valid_to=valid_from)
            kept.recorded_at = moment
            kept.save()
    made = CoreChoice.objects.create(
        network=network,
        nodes=text,
        reason=reason,
        chosen_by=actor.code,
        chosen_by_name=actor.name,
        valid_from=valid_from,
        valid_to=later.valid_from if later else None,
        recorded_at=moment,
    )
    note(
        target=f"network:{network.uuid}",
        before={"core": json.loads(before.nodes) if before else None},
        after={"core": chosen, "valid_from": valid_from.isoformat(), "reason": reason},
    )
    return made


@command("infrastructure.connect_agencies")
def connect_agencies(
    *, actor: Actor, network: Network, lines: Iterable[tuple[str, str]], valid_from: date, basis: str
) -> int:
    """From a day on, these nodes serve these agencies (agency uid, node id); how many lines were new.

    `basis` says how it is known. A line in force already is left as it is.
    """
    network = Network.objects.select_for_update().get(pk=network.pk)
    basis = " ".join(basis.split())
    if not basis or len(basis) > 300:
        raise Invalid(_("Cần căn cứ, không quá 300 ký tự."), place="basis", mend=_("Ghi hồ sơ làm căn cứ."))
    wanted = sorted(set(lines))
    known_nodes(network, (node for _agency, node in wanted), valid_from, "lines")
    agencies = {agency for agency, _node in wanted}
    known = set(Agency.objects.known_at().values_list("uid", flat=True))
    if strangers := sorted(agencies - known):
        raise Invalid(
            _("Không có cơ quan: %(uids)s.") % {"uids": ", ".join(strangers[:10])},
            place="lines",
            mend=_("Nhập cơ quan trước, hoặc sửa mã."),
        )
    current = AgencyConnection.objects.filter(network=network).known_at()
    serving = set(current.valid_on(valid_from).values_list("agency_uid", "node_id"))
    later = current.filter(valid_from__gt=valid_from).order_by("-valid_from")
    until = {(agency, node): day for agency, node, day in later.values_list("agency_uid", "node_id", "valid_from")}
    moment = timezone.now()
    made = [
        AgencyConnection(
            network=network,
            agency_uid=agency,
            node_id=node,
            basis=basis,
            valid_from=valid_from,
            valid_to=until.get((agency, node)),
            recorded_at=moment,
        )
        for agency, node in wanted
        if (agency, node) not in serving
    ]
    if not made:
        nothing_changed()
        return 0
    AgencyConnection.objects.bulk_create(made, batch_size=2000)
    note(
        target=f"network:{network.uuid}",
        after={
            "lines": [f"{line.agency_uid} {line.node_id}" for line in made],
            "valid_from": valid_from.isoformat(),
            "basis": basis,
        },
    )
    return len(made)


@command("infrastructure.disconnect_agency")
def disconnect_agency(*, actor: Actor, line: AgencyConnection, valid_to: date, reason: str) -> AgencyConnection:
    """From a day on, a node no longer serves an agency; what held before that day is kept."""
    held = AgencyConnection.objects.select_for_update().known_at().filter(pk=line.pk).first()
    if held is None or (held.valid_to is not None and held.valid_to <= valid_to):
        raise Conflict(_("Đường này đã kết thúc hoặc vừa được sửa."), place="line", mend=_("Tải lại trang."))
    if held.valid_from is not None and valid_to <= held.valid_from:
        raise Invalid(_("Ngày kết thúc phải sau ngày bắt đầu."), place="valid_to", mend=_("Chọn ngày sau đó."))
    moment = timezone.now()
    AgencyConnection.objects.filter(pk=held.pk).supersede(moment)
    ended = held.again(valid_to=valid_to)
    ended.recorded_at = moment
    ended.save()
    note(
        target=f"network:{held.network.uuid}",
        before={"line": f"{held.agency_uid} {held.node_id}"},
        after={"valid_to": valid_to.isoformat(), "reason": reason[:300]},
    )
    return ended
