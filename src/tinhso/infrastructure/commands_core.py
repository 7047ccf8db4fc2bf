"""What the operator decides about its network: which nodes are the core, and which agencies a node serves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.models import CoreChoice, Network, Node
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


@command("infrastructure.choose_core")
def choose_core(*, actor: Actor, network: Network, nodes: Iterable[str], valid_from: date, reason: str) -> CoreChoice:
    """From a day on, these nodes are the core; until the day of a later choice, where one is recorded already.

    Earlier choices keep their time before that day. Repeating a choice changes nothing.
    """
    network = Network.objects.select_for_update().get(pk=network.pk)
    reason = " ".join(reason.split())
    if not reason or len(reason) > 500:
        raise Invalid(_("Cần lý do, không quá 500 ký tự."), place="reason", mend=_("Ghi căn cứ của lựa chọn này."))
    chosen = known_nodes(network, nodes, valid_from, "nodes")
    if not chosen:
        raise Invalid(_("Chưa chọn nút nào."), place="nodes", mend=_("Chọn ít nhất một nút lõi."))
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
