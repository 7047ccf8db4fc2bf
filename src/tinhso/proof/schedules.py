"""Work the worker starts by itself."""

import os
from pathlib import Path

from django.conf import settings

from tinhso.foundation.schedules import scheduled
from tinhso.proof.commands import erase_details
from tinhso.proof.publishing import publish
from tinhso.proof.retention import erase_older


@scheduled("proof.publish", every_minutes=60)
def publish_hourly() -> list[str]:
    """Publish checkpoints into TINHSO_PUBLISH_DIR, where that is set."""
    folder = os.environ.get("TINHSO_PUBLISH_DIR")
    return publish(Path(folder)) if folder else []


@scheduled("proof.retention", every_minutes=24 * 60)
def erase_old_details() -> int:
    """Erase the values of audited commands that are older than TINHSO_AUDIT_DETAIL_DAYS, where that is set."""
    return erase_older(settings.AUDIT_DETAIL_DAYS, erase_details)
