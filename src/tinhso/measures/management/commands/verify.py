"""tinhso verify: check a bundle, trusting the keys this installation knows as well."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from tinhso.foundation import canonical
from tinhso.measures import verify
from tinhso.measures.contract import indicators


def known_keys() -> list[verify.Key]:
    """The keys registered here; none where there is no database yet."""
    from tinhso.proof.models import LogKey

    try:
        return [verify.read_key(text) for text in LogKey.objects.values_list("verifier", flat=True)]
    except DatabaseError:
        return []


def recount_installed(files: dict[str, bytes]) -> bytes:
    """Rows anew by the installed rule; RuntimeError where it is not the one the record pins."""
    record = verify.parsed(files["record.json"], "record.json")
    declared = indicators.get(record["indicator"])
    if declared is None or declared.rule_hash() != record["rule"]:
        raise RuntimeError("the installed rule is not the one this record pins: use verify.py --recompute")
    inputs = verify.parsed(files["inputs.json"], "inputs.json", strict=False)
    return b"".join(canonical.dumps(row) + b"\n" for row in declared.count(inputs))


class Command(BaseCommand):
    help = (
        "Check an evidence bundle. Exit: 0 it holds, keys given or known signed, 3 consistent but a signer is unknown, "
        "1 something differs, 2 unreadable."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        verify.arguments(parser)
        parser.add_argument("--offline", action="store_true", help="do not look up keys in the database")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = verify.argparse.Namespace(**options)
        keys = [] if chosen.offline else known_keys()
        report = verify.run(chosen, keys, recount_installed)
        self.stdout.write(verify.told(report, chosen.lang, chosen.json))
        sys.exit(report.exit_code)
