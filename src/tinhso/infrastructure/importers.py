"""The OFDS importer as the list of imports knows it."""

from tinhso.files.importers import importer
from tinhso.files.models import ImportBatch
from tinhso.foundation.text import Text

OFDS = "infrastructure.ofds"


@importer(OFDS, Text("Mạng cáp quang (OFDS)", "Fibre network (OFDS)"), permission="infrastructure.import")
def resting(batch: ImportBatch) -> str:
    """Nothing rests on network rows by key: connections and core choices name nodes by identifier."""
    return ""
