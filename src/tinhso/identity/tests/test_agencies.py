from datetime import date

import pytest

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.files.models import ImportBatch
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid
from tinhso.identity import commands
from tinhso.identity.importers import AGENCIES
from tinhso.identity.models import Agency, AgencySuccession, RoleGrant
from tinhso.identity.queries import agencies_in, agency_at, follow, wholly_succeeded
from tinhso.identity.register import load_register
from tinhso.identity.succession import handlers, on_succession
from tinhso.identity.tests.recipes import agency, fresh, register, someone
from tinhso.places.tests.recipes import DAY_2021, DAY_2024, DAY_2025
from tinhso.proof.audit import SYSTEM

pytestmark = [pytest.mark.django_db]
HEAD = "uid,name,kind,level,parent_uid,valid_from,valid_to,succeeds,basis\n"


@pytest.fixture
def heard():
    """Every succession announced, by a handler as an upper app declares it."""
    list(handlers)
    events = []
    on_succession("test.hears")(events.append)
    yield events
    del handlers._items["test.hears"]


@pytest.mark.both_databases
def test_the_register_of_three_generations():
    register()
    counts = {
        day: {level: len(agencies_in("signing-province", day, level)) for level in ("province", "district", "commune")}
        for day in (DAY_2021, DAY_2024, DAY_2025)
    }
    assert counts[DAY_2021] == {"province": 27, "district": 30, "commune": 678}
    assert counts[DAY_2024] == {"province": 27, "district": 27, "commune": 525}
    assert counts[DAY_2025] == {"province": 0, "district": 0, "commune": 171}
    committee = agency_at("nd.ubnd", DAY_2021)
    assert (committee.code_new, committee.code_old, committee.code_official) == ("H40", "000.00.00.H40", True)
    assert agency_at("nd.ubnd", DAY_2025) is None
    assert [row.uid for row in follow("nd.ubnd", DAY_2025)] == ["nb.ubnd"]
    assert [row.uid for row in follow("nd.so-tttt", DAY_2025)] == ["nb.so-khcn"]
    assert [row.uid for row in follow("nd.ubnd-358", DAY_2024)] == ["nd.ubnd-356"]
    assert [row.name for row in follow("ubnd.13633@2020-02-01", DAY_2025)] == ["Ủy ban nhân dân phường Nam Định"]


def test_the_register_is_whole():
    """Every parent, seat and successor exists on its day; every ended agency of the committees has a successor."""
    register()
    rows = list(Agency.objects.known_at())
    uids = {row.uid for row in rows}
    assert {row.parent_uid for row in rows if row.parent_uid} <= uids
    links = list(AgencySuccession.objects.known_at())
    in_force = {
        day: set(Agency.objects.as_of(day).values_list("uid", flat=True)) for day in {row.valid_from for row in links}
    }
    for link in links:
        assert link.successor_uid in in_force[link.valid_from], link
        assert link.predecessor_uid not in in_force[link.valid_from], link
    followed = {link.predecessor_uid for link in links}
    last = {row.uid: row for row in sorted(rows, key=lambda row: row.valid_from or date.min)}
    lost = [uid for uid, row in last.items() if row.valid_to and uid not in followed and not uid.startswith("nd.")]
    assert len(lost) <= 3 * 51, "only committees of units whose successor is unresolved may lack one"
    assert not [uid for uid, row in last.items() if uid.startswith("nd.") and row.valid_to and uid not in followed]
    codes = [row.code_new for row in Agency.objects.as_of(DAY_2021) if row.code_new]
    assert len(codes) == len(set(codes))


def test_loading_again_changes_nothing():
    register()
    before = Agency.objects.count(), AgencySuccession.objects.count(), ImportBatch.objects.count()
    load_register(actor=SYSTEM, province_code="36")
    assert (Agency.objects.count(), AgencySuccession.objects.count(), ImportBatch.objects.count()) == before


@pytest.mark.both_databases
def test_succession_ends_the_first_tells_handlers_and_ends_mandates(heard):
    agency("a")
    agency("b")
    agency("c")
    user = someone("leader", agency="a")
    links = commands.succeed_agencies(actor=SYSTEM, day=today(), links=[("a", "c"), ("b", "c")], basis="NQ 1")
    assert [(link.predecessor_uid, link.successor_uid) for link in links] == [("a", "c"), ("b", "c")]
    assert [event.links for event in heard] == [links]
    assert agency_at("a", today()) is None and agency_at("c", today()) is not None
    assert fresh(user).role_codes() == set(), "who acts for the successor is decided by people"
    assert commands.succeed_agencies(actor=SYSTEM, day=today(), links=[("a", "c")], basis="NQ 1") == ()
    assert len(heard) == 1


@pytest.mark.both_databases
def test_a_handler_that_fails_stops_the_whole_succession(heard):
    agency("a")
    agency("b")

    def fail(event):
        raise Invalid("không theo được")

    on_succession("test.fails")(fail)
    try:
        with pytest.raises(Invalid):
            commands.succeed_agencies(actor=SYSTEM, day=today(), links=[("a", "b")], basis="NQ 1")
    finally:
        del handlers._items["test.fails"]
    assert agency_at("a", today()) is not None and not AgencySuccession.objects.exists()


@pytest.mark.parametrize(
    ("links", "basis"),
    [([("a", "b")], " "), ([("a", "x")], "NQ"), ([("x", "a")], "NQ"), ([("a", "a")], "NQ"), ([("old", "a")], "NQ")],
)
def test_a_wrong_succession_is_refused(links, basis):
    agency("a")
    agency("b")
    agency("old", valid_to=date(2021, 1, 1))
    with pytest.raises(Invalid):
        commands.succeed_agencies(actor=SYSTEM, day=today(), links=links, basis=basis)
    assert not AgencySuccession.objects.exists()
    assert Agency.objects.count() == 3


def test_only_a_whole_succession_hands_over_what_the_first_held():
    for uid in ("a", "split", "c", "d"):
        agency(uid)
    day = today()
    commands.succeed_agencies(actor=SYSTEM, day=day, links=[("a", "c"), ("split", "c"), ("split", "d")], basis="NQ")
    assert wholly_succeeded({"c"}) == {"a"}
    assert fresh(someone("leader", agency="c")).agency_uids() == {"a", "c"}


@pytest.mark.both_databases
def test_an_import_adds_changes_removes_and_can_be_undone(heard):
    first = f"{HEAD}a,Sở A,department,province,,2020-01-01,,,\nb,Sở B,department,province,a,2020-01-01,,,\n"
    second = (
        f"{HEAD}a,Sở A,department,province,,2020-01-01,2021-01-01,,\n"
        "b,Sở Bê,department,province,,2020-01-01,,,\nc,Sở C,department,province,,2021-01-01,,a,QĐ 1\n"
    )

    def take(text, **options):
        return commands.import_agencies(actor=SYSTEM, source_name="x.csv", content=text.encode(), **options)

    take(first)
    user = someone("leader", agency="b")
    _batch, diff = take(second, dry_run=True)
    assert (len(diff.added), len(diff.changed), ImportBatch.objects.count()) == (2, 2, 1)
    take(second)
    assert take(second)[0] is None
    assert [event.links[0].successor_uid for event in heard] == ["c"]
    assert agency_at("b", today()).name == "Sở Bê"
    undo_last_import(actor=SYSTEM, importer=AGENCIES)
    assert agency_at("b", today()).name == "Sở B" and agency_at("c", today()) is None
    assert not AgencySuccession.objects.known_at().exists()
    assert fresh(user).agency_uids() == {"b"}


def test_undoing_an_import_gives_ended_mandates_back():
    agency("a")
    user = someone("leader", agency="a")
    text = f"{HEAD}a,Sở A,department,province,,2020-01-01,2021-01-01,,\nc,Sở C,department,province,,2021-01-01,,a,QĐ\n"
    commands.import_agencies(actor=SYSTEM, source_name="x.csv", content=text.encode())
    assert fresh(user).role_codes() == set()
    undo_last_import(actor=SYSTEM, importer=AGENCIES)
    assert fresh(user).role_codes() == {"leader"}
    assert RoleGrant.objects.known_at().filter(user=user).count() == 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("a,,department,province,,,,,\n", "dòng 2"),
        ("a,Sở,cục,province,,,,,\n", "dòng 2"),
        ("a,Sở,department,thôn,,,,,\n", "dòng 2"),
        ("a b,Sở,department,province,,,,,\n", "dòng 2"),
        ("a,Sở,department,province,,31/12/2020,,,\n", "dòng 2"),
        ("a,Sở,department,province,,2021-01-01,2020-01-01,,\n", "dòng 2"),
        ("a,Sở,department,province,thiếu,,,,\n", "dòng 2"),
        ("a,Sở,department,province,,2021-01-01,,thiếu,\n", "dòng 2"),
        ("a,Sở,department,province,,2021-01-01,,a,\n", "dòng 2"),
        ("a,Sở,department,province,,,,b,\n", "dòng 2"),
        ("a,Sở,department,province,,,,,\na,Sở,department,province,,,,,\n", "dòng 3"),
        ("a,Sở,department,province,,2020-01-01,2022-01-01,,\na,Sở,department,province,,2021-01-01,,,\n", "dòng 3"),
        (f"a,{'x' * 301},department,province,,,,,\n", "dòng 2"),
        ("a,S\0ở,department,province,,,,,\n", ""),
    ],
)
def test_a_faulty_file_names_its_line_and_writes_nothing(body, place):
    with pytest.raises(ImportRefused) as refused:
        commands.import_agencies(actor=SYSTEM, source_name="x.csv", content=(HEAD + body).encode())
    assert refused.value.findings[0].place == place
    assert not Agency.objects.exists() and not ImportBatch.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"uid\n", b"a;b\n1;2\n", b'uid,name,kind,level\n"a\n'])
def test_a_broken_file_is_refused(content):
    with pytest.raises(ImportRefused):
        commands.import_agencies(actor=SYSTEM, source_name="x.csv", content=content)
