"""The importers of places, and what may rest on what they wrote."""

from django.utils.translation import gettext as _

from tinhso.files.importers import importer
from tinhso.files.models import ImportBatch
from tinhso.foundation.text import Text
from tinhso.places.commands import BOUNDARIES, UNITS
from tinhso.places.models import Unit, UnitGeometry


@importer(UNITS, Text("Đơn vị hành chính", "Administrative units"), permission="places.import")
def boundaries_rest(batch: ImportBatch) -> str:
    """Boundaries imported for units that this import brought."""
    uids = set(Unit.objects.known_at().filter(batch=batch.id).values_list("uid", flat=True))
    uids -= set(Unit.objects.filter(superseded_batch=batch.id).values_list("uid", flat=True))
    others = UnitGeometry.objects.known_at().exclude(batch=batch.id).values_list("unit_uid", flat=True)
    resting = len(uids.intersection(others))
    return _("%(number)d đường bao được nhập sau cho các đơn vị này.") % {"number": resting} if resting else ""


@importer(BOUNDARIES, Text("Đường bao địa bàn", "Boundaries of units"), permission="places.import")
def nothing_rests(batch: ImportBatch) -> str:
    """Without a boundary a unit falls back to its approximate cell."""
    return ""
