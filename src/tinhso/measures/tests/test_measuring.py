import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation import canonical
from tinhso.foundation.errors import Invalid, Problem
from tinhso.measures import lock
from tinhso.measures.commands import erase_private, measure, request_measuring, reveal_private
from tinhso.measures.contract import TOTAL, ScopeAt, Value
from tinhso.measures.indicators import gather
from tinhso.measures.measuring import take
from tinhso.measures.models import Evidence, Measurement, PrivatePart, RuleSource
from tinhso.measures.private import private_hash, seal, suppressed
from tinhso.measures.queries import inputs, latest, latest_each, rows, series
from tinhso.measures.rules import fresh
from tinhso.measures.schedules import measure_every_day
from tinhso.measures.tests.recipes import DAY, SCOPE, measured, parity_indicator, province, registered
from tinhso.measures.verify import root_of as verifier_root
from tinhso.proof import merkle
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import Entry


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR = tmp_path


def measure_parity(numbers, **more):
    with registered(parity_indicator(numbers, **more.pop("declared", {}))) as item:
        return measure(**{"actor": SYSTEM, "indicator_id": item.id, "scope": SCOPE, "as_of": DAY, **more})


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_measurement_evidence_and_log_entry_come_together():
    province()
    made = measure_parity([{"number": number} for number in (3, 1, 2)])
    record = json.loads(made.entry.payload)
    assert made.entry.kind == "measurement" and made.record == made.entry.payload
    assert canonical.dumps(record).decode() == made.record
    assert (record["numerator"], record["denominator"], record["rows"]) == (1, 3, 3)
    assert [row["key"] for row in rows(made)] == ["n00001", "n00002", "n00003"]
    leaves = [merkle.leaf_hash(canonical.dumps(row)) for row in rows(made)]
    assert made.rows_root == merkle.root_of(leaves).hex()
    assert inputs(made)["numbers"][0] == {"number": 3}
    assert RuleSource.objects.filter(rule_hash=made.rule_hash).count() == 1


@pytest.mark.django_db
@pytest.mark.both_databases
def test_repeating_appends_only_what_differs():
    province()
    numbers = [{"number": 1}, {"number": 2}]
    first = measure_parity(numbers)
    entries = Entry.objects.count()
    assert measure_parity(numbers) == first and Entry.objects.count() == entries
    assert measure_parity(numbers, again=True) != first
    changed = measure_parity([*numbers, {"number": 4}])
    assert latest("tests.parity", SCOPE, DAY) == changed
    assert [one.pk for one in series("tests.parity", SCOPE)] == [changed.pk]
    assert latest_each(SCOPE) == {"tests.parity": changed}
    assert latest("tests.parity", SCOPE, DAY - timedelta(days=1)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"as_of": date(2999, 1, 1)}, "as_of"),
        ({"scope": "unit:99"}, "scope"),
        ({"scope": "nowhere"}, "scope"),
        ({"known_at": timezone.now() + timedelta(days=1)}, "known_at"),
        ({"indicator_id": "no.such"}, "indicator"),
    ],
)
def test_wrong_requests_say_where_and_write_nothing(more, place):
    province()
    with pytest.raises(Problem) as refused:
        measure_parity([{"number": 1}], **more)
    assert refused.value.place == place and not Measurement.objects.exists() and not Entry.objects.exists()


class Rule:
    __name__ = "tinhso.measures.tests.parity"

    def __init__(self, *rows):
        self.rows = rows

    def count(self, given):
        return self.rows


ROW = {"key": "a", "numerator": 1, "denominator": 1}


@pytest.mark.parametrize(
    "broken",
    [
        [{**ROW, "numerator": 0.5}],
        [{**ROW, "numerator": True}],
        [{**ROW, "denominator": -1}],
        [{**ROW, "key": ""}],
        [{**ROW, "key": 7}],
        [ROW, ROW],
        [{**ROW, "private": {"name": "An"}}],
        [{**ROW, "note": "a\0b"}],
        [{**ROW, "share": 0.5}],
        [{**ROW, "numerator": 2**60}],
    ],
)
def test_a_rule_that_breaks_the_contract_is_named(broken):
    item = parity_indicator([], rule=Rule(*broken))
    with pytest.raises(Invalid) as refused:
        take(item, ScopeAt(SCOPE, DAY, timezone.now()))
    assert refused.value.place.startswith("tests.parity:")


@pytest.mark.django_db
@pytest.mark.both_databases
def test_private_parts_are_sealed_revealed_on_record_and_erased():
    province()
    made = measure_parity([{"number": 2, "private": {"name": "Trần Thị An"}}])
    stored = Evidence.objects.get()
    part = PrivatePart.objects.get()
    assert "An" not in made.record and "private" not in str(inputs(made)).replace("private_hash", "")
    assert rows(made)[0]["private_hash"] == part.private_hash == private_hash(part.salt, part.values.encode())
    assert b"Tr" not in bytes(stored.rows)
    assert [one.values for one in reveal_private(actor=SYSTEM, measurement=made)] == ['{"name":"Trần Thị An"}']
    assert erase_private(actor=SYSTEM, before=timezone.now() + timedelta(days=1)) == 1
    assert rows(made)[0]["private_hash"] == part.private_hash


def test_equal_values_are_sealed_differently():
    sealed, parts = seal({"people": [{"private": "a"}, {"private": "a"}]})
    assert len({person["private_hash"] for person in sealed["people"]}) == len(parts) == 2


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (120, 120)])
def test_small_counts_of_people_are_withheld(count, shown):
    assert suppressed(count) == shown


def test_nothing_counted_is_no_data():
    assert Value.of("ratio", []).fraction is None
    assert Value.of(TOTAL, []).fraction is None
    assert Value.of(TOTAL, [{"numerator": 0, "denominator": 1}]).fraction == 0
    assert Value.of("ratio", [{"numerator": 0, "denominator": 0}]).fraction is None


@given(st.lists(st.binary(max_size=40), max_size=40))
def test_both_trees_agree(data):
    leaves = [merkle.leaf_hash(item) for item in data]
    assert verifier_root(leaves) == merkle.root_of(leaves)


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["measures_measurement", "measures_evidence", "measures_rulesource"])
def test_the_database_refuses_change(table):
    province()
    measure_parity([{"number": 1}])
    for statement in (f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match=r"append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_the_command_measures_and_refuses_clearly():
    province()
    with registered(parity_indicator([{"number": 2}])):
        call_command("measure", as_of="2021-12-31", scope=SCOPE, indicator=["tests.parity"], stdout=(out := StringIO()))
    assert "[1/1] tests.parity · 2021-12-31 · 1/1" in out.getvalue()
    with pytest.raises(CommandError, match="not a date"):
        call_command("measure", as_of="yesterday")
    with pytest.raises(CommandError, match=r"no indicator|Không có chỉ số"):
        call_command("measure", as_of="2021-12-31", scope=SCOPE, indicator=["tests.none"])


@pytest.mark.django_db(transaction=True)
def test_a_request_is_measured_by_the_worker():
    province()
    with registered(parity_indicator([{"number": 2}])):
        request_measuring(actor=SYSTEM, scope=SCOPE, as_of=DAY, indicator_ids=["tests.parity"])
        call_command("db_worker", queue_name="long", batch=True, interval=0, startup_delay=False, verbosity=0)
        assert Measurement.objects.get().as_of == DAY
        with pytest.raises(Invalid):
            request_measuring(actor=SYSTEM, scope=SCOPE, as_of=DAY, indicator_ids=["no.such"])
    measure_every_day()
    assert Measurement.objects.count() == 1


def test_freshness_counts_days_and_never_measured():
    found = fresh.count(
        {
            "day": "2021-12-31",
            "days": 31,
            "indicators": [
                {"id": "a", "latest": "2021-11-30"},
                {"id": "b", "latest": "2021-11-29"},
                {"id": "c", "latest": None},
            ],
        }
    )
    assert [(row["key"], row["numerator"], row["age_days"]) for row in found] == [
        ("a", 1, 31),
        ("b", 0, 32),
        ("c", 0, None),
    ]


@pytest.mark.django_db
def test_freshness_reads_only_what_was_known_then():
    province()
    before = timezone.now()
    with registered(parity_indicator([])):
        measured(4)

        def latest_known(moment):
            listed = gather(ScopeAt(SCOPE, DAY, moment))["indicators"]
            return next(item["latest"] for item in listed if item["id"] == "tests.parity")

        assert latest_known(before) is None
        assert latest_known(timezone.now()) == "2021-12-31"


def test_the_lock_holds_every_registered_indicator():
    assert lock.lock_agrees(None) == []


def test_the_lock_names_what_changed(tmp_path):
    item = parity_indicator([])
    path = tmp_path / "indicators.lock"
    path.write_text(lock.text([item]))
    assert lock.disagreements([item], lock.read(path)) == {} and lock.unraised([item], lock.read(path)) == []
    changed = parity_indicator([], rule=fresh)
    assert "another source" in lock.disagreements([changed], lock.read(path))["tests.parity"]
    assert [line.id for line in lock.unraised([changed], lock.read(path))] == ["tests.parity"]
    raised = parity_indicator([], rule=fresh, version=2)
    assert lock.unraised([raised], lock.read(path)) == []
    assert "lock names others" in lock.disagreements([raised], lock.read(path))["tests.parity"]
    assert "not locked" in lock.disagreements([item], set())["tests.parity"]
    assert "not registered" in lock.disagreements([], lock.read(path))["tests.parity"]
    path.write_text("broken line\n")
    with pytest.raises(ValueError, match="line 1"):
        lock.read(path)
