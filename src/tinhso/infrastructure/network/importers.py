"""The OFDS importer as the list of imports knows it."""

import json

from django.utils.translation import gettext as _

from tinhso.files.importers import importer
from tinhso.files.models import ImportBatch
from tinhso.foundation.text import Text

OFDS = "infrastructure.ofds"


@importer(OFDS, Text("Mạng cáp quang (OFDS)", "Fibre network (OFDS)"), permission="infrastructure.import")
def resting(batch: ImportBatch) -> str:
    """Core choices and agency lines that name nodes which only this import brought."""
    from tinhso.infrastructure.network.models import AgencyConnection, CoreChoice, Node

    written = Node.objects.filter(batch=batch.id)
    before = set(Node.objects.filter(superseded_batch=batch.id).values_list("network", "element_id"))
    only = set(written.values_list("network", "element_id")) - before
    networks = {network for network, _node in only}
    named = set(AgencyConnection.objects.known_at().filter(network__in=networks).values_list("network", "node_id"))
    for network, nodes in CoreChoice.objects.known_at().filter(network__in=networks).values_list("network", "nodes"):
        named |= {(network, node) for node in json.loads(nodes)}
    count = len(only & named)
    return _("%(count)d nút của lần nhập này đang là lõi hoặc phục vụ cơ quan.") % {"count": count} if count else ""
