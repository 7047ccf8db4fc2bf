"""The demonstration's catalogue: realistic procedures, each labelled as made up for demonstration."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tinhso.foundation.demo import demo_step
from tinhso.government.services import demo_dossiers
from tinhso.government.services.catalogue.commands import import_catalogue
from tinhso.proof.audit import SYSTEM

SHIPPED = Path(__file__).parent / "data" / "procedures"


def shipped_catalogue() -> bytes:
    """All catalogue files that come with the program, as one."""
    parts = [json.loads(path.read_bytes()) for path in sorted(SHIPPED.glob("*.json"))]
    whole = {
        **parts[0],
        "fields": [item for part in parts for item in part["fields"]],
        "procedures": [item for part in parts for item in part["procedures"]],
    }
    return json.dumps(whole, ensure_ascii=False).encode()


@demo_step("services_catalogue", order=60)
def catalogue(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    done = import_catalogue(actor=SYSTEM, source_name="data/procedures", content=shipped_catalogue())
    say(f"{done.added + done.changed} procedures added or changed, {done.unchanged} unchanged")


__all__ = ["catalogue", "demo_dossiers", "shipped_catalogue"]
