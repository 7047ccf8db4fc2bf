"""The demonstration's broadband: made-up tests from a fixed seed, faster every year, and a level of service."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from tinhso.foundation.dates import today
from tinhso.foundation.demo import demo_step
from tinhso.infrastructure.coverage.commands import import_speed_tests, set_level
from tinhso.infrastructure.coverage.models import ServiceLevel
from tinhso.infrastructure.coverage.speed_csv import OPTIONAL, REQUIRED
from tinhso.places.scopes import units_in
from tinhso.proof.audit import SYSTEM

# Typical megabits a second by year, and how much they scatter; from 2025 the new, larger units are tested.
YEARS = {2021: 52, 2024: 96, 2025: 128}
TESTS = {2021: 12, 2024: 12, 2025: 30}
LEVELS = ((date(2021, 1, 1), 40, 20, 60), (date(2025, 1, 1), 80, 40, 50))


@demo_step("broadband", order=45)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """A few tests in every unit of three years; a repetition changes nothing."""
    if not ServiceLevel.objects.exists():
        with transaction.atomic():
            for since, download, upload, latency in LEVELS:
                set_level(
                    actor=SYSTEM,
                    valid_from=since,
                    download_mbps=download,
                    upload_mbps=upload,
                    latency_ms=latency,
                    share_percent=70,
                    basis="Mức trình diễn, không phải quyết định của cơ quan nào",
                    demonstration=True,
                )
    chance = random.Random(f"broadband {province_code}")  # noqa: S311 (made-up data, not a secret)
    out = io.StringIO()
    table = csv.DictWriter(out, (*REQUIRED, *OPTIONAL))
    table.writeheader()
    number = 0
    for year, typical in YEARS.items():
        last = min(date(year, 12, 30), today())
        for unit in units_in("signing-province", last):
            here = typical * chance.uniform(0.55, 1.35)
            for _test in range(TESTS[year]):
                number += 1
                down = max(2.0, chance.gauss(here, here / 4))
                table.writerow(
                    {
                        "test_id": f"TD{number:05}",
                        "tested_at": (last - timedelta(days=chance.randrange(90))).isoformat(),
                        "unit_code": unit.code,
                        "download_mbps": f"{down:.1f}",
                        "upload_mbps": f"{down * chance.uniform(0.55, 0.95):.1f}",
                        "latency_ms": f"{chance.lognormvariate(2.9, 0.45):.1f}",
                    }
                )
    outcome = import_speed_tests(
        actor=SYSTEM,
        content=out.getvalue().encode(),
        source_name="do-bang-rong-trinh-dien.csv",
        publisher="Trình diễn",
        demonstration=True,
    )
    say(f"{len(outcome.diff.added)} made-up broadband tests")
