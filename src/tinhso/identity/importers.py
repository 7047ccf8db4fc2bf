"""The importer of agencies, and what may rest on what it wrote."""

from django.utils.translation import gettext as _

from tinhso.files.importers import importer
from tinhso.files.models import ImportBatch
from tinhso.foundation.text import Text

AGENCIES = "identity.agencies"


@importer(AGENCIES, Text("Danh mục cơ quan", "Register of agencies"), permission="identity.import_agencies")
def resting(batch: ImportBatch) -> str:
    """Mandates for agencies that only this import brought."""
    from tinhso.identity.models import Agency, Deputation, RoleGrant

    only = set(Agency.objects.filter(batch=batch.id).values_list("uid", flat=True))
    only -= set(Agency.objects.filter(superseded_batch=batch.id).values_list("uid", flat=True))
    held = {
        uid
        for model in (RoleGrant, Deputation)
        for uid in model.objects.known_at().values_list("agency_uid", flat=True)
    }
    count = len(only & held)
    return _("%(count)d cơ quan của lần nhập này đang có ủy nhiệm.") % {"count": count} if count else ""
