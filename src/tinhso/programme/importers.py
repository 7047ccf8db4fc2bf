"""The agreement importer as the list of imports knows it."""

from django.utils.translation import gettext as _

from tinhso.files.importers import importer
from tinhso.files.models import ImportBatch
from tinhso.foundation.text import Text
from tinhso.programme.models import Agreement, Claim, Commitment, Review

AGREEMENT = "programme.agreement"


@importer(AGREEMENT, Text("Thỏa thuận", "Agreement"), permission="programme.edit")
def resting(batch: ImportBatch) -> str:
    """What the parties said or signed rests on an agreement that would be gone: one this import did not only change."""
    uids = set(Agreement.objects.filter(batch=batch.id).values_list("uid", flat=True))
    uids -= set(Agreement.objects.filter(superseded_batch=batch.id).values_list("uid", flat=True))
    if not uids:
        return ""
    commitments = Commitment.objects.filter(agreement__in=uids).values("uid")
    claims = Claim.objects.filter(commitment__in=commitments).count()
    reviews = Review.objects.known_at().filter(agreement__in=uids).count()
    if not claims and not reviews:
        return ""
    return _("%(claims)d báo cáo kết quả và %(reviews)d kỳ rà soát") % {"claims": claims, "reviews": reviews}
