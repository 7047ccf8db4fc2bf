"""tinhso verify: check a bundle, trusting the keys this installation knows as well."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from tinhso.foundation import canonical
from tinhso.measures import verify
from tinhso.measures.contract import indicators

# Said in the language asked for by --lang, as verify.py does, which stands alone and has no catalogues.
WORDS = {
    "given": {"vi": "  Khóa được tin do --key cho: {}", "en": "  Keys trusted because --key gave them: {}"},
    "offline": {"vi": "  Không xem cơ sở dữ liệu (--offline).", "en": "  The database was not looked at (--offline)."},
    "registered": {
        "vi": "  Khóa được tin vì đăng ký tại bản cài này: {}",
        "en": "  Keys trusted because they are registered in this installation: {}",
    },
    "own": {
        "vi": "  Kết luận chỉ dựa vào bản cài này. Để không phải tin nó: --offline --key KHÓA lấy từ nơi bạn tin.",
        "en": "  The verdict rests on this installation alone. To do without it: --offline --key KEY that you trust.",
    },
}


def known_keys() -> list[verify.Key]:
    """The keys registered here; none where there is no database yet."""
    from tinhso.proof.models import LogKey

    try:
        return [verify.read_key(text) for text in LogKey.objects.values_list("verifier", flat=True)]
    except DatabaseError:
        return []


def with_trust(told: str, options: Any, registered: list[verify.Key]) -> str:
    """The report, and after it which keys its verdict rests on: those given, and those found in this installation's
    database, which prove nothing to somebody who does not trust this installation."""
    here = sorted(f"{key.name}+{key.id.hex()}" for key in registered)
    given = ["+".join(text.split("+")[:2]) for text in options.key]
    if options.json:
        return json.dumps(
            {**json.loads(told), "trusted": {"given": given, "registered": here}}, ensure_ascii=False, indent=1
        )
    lines = [told, WORDS["given"][options.lang].format(", ".join(given) or "–")]
    if options.offline:
        return "\n".join([*lines, WORDS["offline"][options.lang]])
    lines.append(WORDS["registered"][options.lang].format(", ".join(here) or "–"))
    if here and not given:
        lines.append(WORDS["own"][options.lang])
    return "\n".join(lines)


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
        self.stdout.write(with_trust(verify.told(report, chosen.lang, chosen.json), chosen, keys))
        sys.exit(report.exit_code)
