"""The importer of the catalogue. What it publishes stays: versions are never taken back."""

from django.utils.translation import gettext as _

from tinhso.files.importers import importer
from tinhso.files.models import ImportBatch
from tinhso.foundation.text import Text

CATALOGUE = "services.catalogue"


@importer(CATALOGUE, Text("Danh mục thủ tục", "Catalogue of procedures"), permission="services.edit_catalogue")
def resting(batch: ImportBatch) -> str:
    """Published versions, always."""
    return _("Phiên bản đã công bố không rút lại được; hãy công bố phiên bản thay thế.")
