"""States of the territory that tests begin from."""

from datetime import date

from tinhso.places.commands import load_shipped
from tinhso.proof.audit import Actor

TESTER = Actor("test", "Người kiểm thử")
DAY_2021, DAY_2024, DAY_2025 = date(2021, 12, 31), date(2024, 10, 1), date(2025, 8, 1)


def nam_dinh() -> None:
    """Nam Định's three generations, its outline and the scope of the signing province."""
    load_shipped(actor=TESTER, province="36")
