"""Which bytes issued papers still need."""

from collections.abc import Collection

from tinhso.files.disposal import keepers
from tinhso.government.services.models import IssuedPaper


def papers_keep(hashes: Collection[str]) -> set[str]:
    """Those of these hashes that papers name which were not erased."""
    rows = IssuedPaper.objects.filter(erased_at=None)
    return {
        sha256
        for name in ("unsigned_sha256", "sealed_sha256")
        for sha256 in rows.filter(**{f"{name}__in": hashes}).values_list(name, flat=True)
    }


keepers.add("services.papers", papers_keep)
