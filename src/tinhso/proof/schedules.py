"""Work the worker starts by itself."""

import os
from pathlib import Path

from tinhso.foundation.schedules import scheduled
from tinhso.proof.publishing import publish


@scheduled("proof.publish", every_minutes=60)
def publish_hourly() -> list[str]:
    """Publish checkpoints into TINHSO_PUBLISH_DIR, where that is set."""
    folder = os.environ.get("TINHSO_PUBLISH_DIR")
    return publish(Path(folder)) if folder else []
