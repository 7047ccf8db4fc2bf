"""Networks are made ready before anyone asks."""

from __future__ import annotations

from tinhso.foundation.dates import today
from tinhso.foundation.schedules import scheduled
from tinhso.infrastructure.network.queries import networks_at
from tinhso.infrastructure.resilience.prepared import prepared_for


@scheduled("resilience.prepare", every_minutes=5)
def prepare_networks() -> None:
    """Prepare what an import, a core choice or anything else written since has made stale; what is kept is only read.
    In the worker, with compiled kernels: the web maps what is written here, and works it out itself only until then."""
    # Imported late: the web loads schedules too and must never load the compiler.
    from tinhso.infrastructure.solvers.compiled import compiled

    for network in networks_at(today()):
        prepared_for(network, today(), run=compiled)
