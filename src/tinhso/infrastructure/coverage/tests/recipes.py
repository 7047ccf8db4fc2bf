"""Broadband in states that tests begin from."""

from tinhso.infrastructure.coverage.commands import import_speed_tests, set_level
from tinhso.places.tests.recipes import TESTER

HEAD = "test_id,tested_at,unit_code,download_mbps,upload_mbps,latency_ms"


def lines(code="13633", count=12, day="2021-10-01", rates="50,30,20", first=1):
    """Rows of equal tests in one unit."""
    return "".join(f"\n{code}-{number},{day},{code},{rates}" for number in range(first, first + count))


def measurements(rows, *, publisher="i-Speed", head=HEAD, **options):
    """Import rows of CSV."""
    content = (head + rows).encode()
    return import_speed_tests(actor=TESTER, content=content, source_name="do.csv", publisher=publisher, **options)


def level(valid_from, download=40, upload=20, latency=60, share=80):
    """Set a level of service."""
    return set_level(
        actor=TESTER,
        valid_from=valid_from,
        download_mbps=download,
        upload_mbps=upload,
        latency_ms=latency,
        share_percent=share,
        basis="Quyết định thử",
    )
