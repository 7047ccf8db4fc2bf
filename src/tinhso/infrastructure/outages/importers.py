"""The importer of events as the list of imports knows it."""

from tinhso.files.importers import importer
from tinhso.files.models import ImportBatch
from tinhso.foundation.text import Text
from tinhso.infrastructure.outages.commands.importing import IMPORTER


@importer(IMPORTER, Text("Sự kiện mạng (CSV)", "Network events (CSV)"), permission="outages.import")
def nothing_rests(batch: ImportBatch) -> str:
    """Outages follow from what is left; those nothing stands behind any more are withdrawn."""
    return ""
