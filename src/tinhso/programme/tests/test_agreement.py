"""The shipped agreement: true to the public text, loaded once, followed through succession."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command

from tinhso.files.imports import undo_last_import
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity.models import AgencySuccession
from tinhso.identity.succession import Link, Succession, announce
from tinhso.measures.contract import ScopeAt, Value, indicators
from tinhso.programme.commands import claim, load_agreement
from tinhso.programme.importers import AGREEMENT
from tinhso.programme.models import Agreement, Commitment, Party
from tinhso.programme.queries import agreement_at, commitment_at, view_of
from tinhso.programme.status import MET, MISSED, NO_DATA, NOT_MEASURABLE
from tinhso.programme.tests import recipes
from tinhso.programme.words import missing_text
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
DAY = date(2021, 12, 31)


def shown(day: date = DAY):
    return view_of(agreement_at(recipes.AGREEMENT, day), day)


@pytest.mark.both_databases
def test_loading_twice_changes_nothing():
    recipes.signed_agreement()
    assert load_agreement(actor=SYSTEM)[0] is None
    assert Agreement.objects.count() == 1 and Commitment.objects.count() == 13


def test_no_content_of_the_text_can_be_measured_and_each_says_what_is_missing():
    recipes.signed_agreement()
    contents = [pillar for pillar in shown().pillars if pillar.pillar.kind == "content"]
    assert len(contents) == 4
    for pillar in contents:
        for item in pillar.items:
            assert item.status.state == NOT_MEASURABLE
            assert item.status.missing == ("indicator", "target", "due", "owner")
    assert missing_text(["target", "due"]) == "Không đo được: thiếu chỉ tiêu, thời hạn."


def test_headline_results_follow_the_measurements():
    recipes.signed_agreement()
    assert {item.status.state for item in shown().headlines} == {NO_DATA}
    recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    recipes.measured("infrastructure.agencies_on_fibre_district", "2021-06-30", 99, 100)
    states = {item.commitment.uid: item.status.state for item in shown().headlines}
    assert states["fibre-communes"] == MET
    assert states["fibre-agencies-district"] == MISSED
    assert shown(date(2021, 1, 31)).headlines[2].status.state == NO_DATA


def test_progress_weighs_only_what_can_be_measured():
    recipes.signed_agreement()
    recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    progress = shown().progress
    assert (progress.met, progress.measurable, progress.total) == (3, 7, 13)


@pytest.mark.both_databases
def test_an_earlier_state_can_be_read_back():
    recipes.signed_agreement()
    recipes.measured(recipes.FIBRE, "2020-12-31", 225, 226)
    before = datetime.now(UTC)
    recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    assert commitment_at("fibre-communes", DAY).status.state == MET
    assert commitment_at("fibre-communes", DAY, known_at=before).status.state == MISSED


def test_before_the_period_there_is_no_agreement():
    recipes.signed_agreement()
    assert agreement_at(recipes.AGREEMENT, date(2020, 12, 31)) is None


@pytest.mark.both_databases
def test_a_successor_carries_on_what_was_promised():
    recipes.signed_agreement()
    recipes.agency("nb.ubnd", "Ủy ban nhân dân tỉnh Ninh Bình", valid_from=date(2025, 7, 1))
    day = date(2025, 7, 1)
    AgencySuccession.objects.create(
        predecessor_uid=recipes.PROVINCE_AGENCY, successor_uid="nb.ubnd", basis="202/2025/QH15", valid_from=day
    )
    link = Link(recipes.PROVINCE_AGENCY, "nb.ubnd", day, "202/2025/QH15")
    announce(Succession((link,), SYSTEM))
    of_province = Party.objects.filter(side="province")
    assert of_province.as_of(date(2025, 6, 30)).get().agency_uid == recipes.PROVINCE_AGENCY
    assert of_province.as_of(day).get().name_vi == "Ủy ban nhân dân tỉnh Ninh Bình"
    assert load_agreement(actor=SYSTEM)[0] is None, "loading again keeps the succession"
    announce(Succession((link,), SYSTEM))
    assert of_province.known_at().count() == 2


def test_an_owner_split_among_several_leaves_the_commitment_without_owner_until_named():
    recipes.signed_agreement()
    links = []
    for uid in ("vnpt-a", "vnpt-b"):
        recipes.agency(uid, uid, kind="operator")
        AgencySuccession.objects.create(
            predecessor_uid=recipes.OPERATOR_AGENCY, successor_uid=uid, basis="x", valid_from=date(2024, 1, 1)
        )
        links.append(Link(recipes.OPERATOR_AGENCY, uid, date(2024, 1, 1), "x"))
    announce(Succession(tuple(links), SYSTEM))
    assert commitment_at("fibre-communes", date(2023, 12, 31)).status.state == NO_DATA
    assert commitment_at("fibre-communes", date(2024, 1, 1)).status.missing == ("owner",)


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (b"{", "a.json, dòng 1, cột 2"),
        (b"[]", "a.json"),
        (b'{"uid": "x"}', "a.json"),
        (recipes.SHIPPED.read_bytes().replace(b'"vnpt"', b'"nobody"'), "/parties"),
        (recipes.SHIPPED.read_bytes().replace(b'"2020-12-31"', b'"2020-13-31"'), "nam-dinh-vnpt-2021-2025/2016-2020"),
        (
            recipes.SHIPPED.read_bytes().replace(b"communes_on_fibre", b"communes_on_moon"),
            "/commitments/fibre-communes",
        ),
    ],
)
def test_a_broken_file_is_refused_with_its_place_and_writes_nothing(tmp_path, broken, place):
    recipes.two_agencies()
    path = tmp_path / "a.json"
    path.write_bytes(broken)
    with pytest.raises(Invalid) as refused:
        load_agreement(actor=SYSTEM, path=path)
    assert refused.value.place == place
    assert not Agreement.objects.exists() and not Commitment.objects.exists()


@pytest.mark.both_databases
def test_the_share_of_measurable_commitments_is_read_as_of_and_as_known():
    recipes.signed_agreement()
    own = indicators["programme.commitments_measurable"]
    now = datetime.now(UTC)
    rows = own.count(own.gather(ScopeAt(recipes.SCOPE, DAY, now)))
    assert Value.of(own.kind, rows).fraction == Fraction(5, 13)
    assert next(row for row in rows if row["key"] == "covid-19")["missing"] == ["indicator", "target"]
    assert own.gather(ScopeAt(recipes.SCOPE, date(2020, 1, 1), now)) == {"commitments": []}
    assert own.gather(ScopeAt(recipes.SCOPE, DAY, datetime(2020, 1, 1, tzinfo=UTC))) == {"commitments": []}
    assert own.gather(ScopeAt("unit:36", DAY, now)) == {"commitments": []}


def test_reading_an_agreement_costs_the_same_however_many_commitments(django_assert_num_queries):
    recipes.signed_agreement()
    recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    head = agreement_at(recipes.AGREEMENT, DAY)
    with django_assert_num_queries(7):
        view = view_of(head, DAY)
        assert len(view.items) == 13


@pytest.mark.both_databases
def test_an_import_is_undone_until_something_rests_on_it():
    recipes.two_agencies()
    load_agreement(actor=SYSTEM)
    undo_last_import(actor=SYSTEM, importer=AGREEMENT)
    assert agreement_at(recipes.AGREEMENT, DAY) is None
    load_agreement(actor=SYSTEM)
    claim(
        actor=SYSTEM,
        by=recipes.OPERATOR_SIDE,
        commitment="fibre-communes",
        value="100%",
        as_of=date(2020, 12, 31),
        reason="x",
    )
    with pytest.raises(Conflict):
        undo_last_import(actor=SYSTEM, importer=AGREEMENT)
    assert agreement_at(recipes.AGREEMENT, DAY) is not None


def test_the_command_line_tells_before_it_writes(capsys):
    recipes.two_agencies()
    call_command("import_agreement", "--dry-run")
    assert not Agreement.objects.exists() and "25" in capsys.readouterr().out
    call_command("import_agreement")
    call_command("import_agreement", "--undo")
    assert not Agreement.objects.known_at().exists()
    with pytest.raises(CommandError):
        call_command("import_agreement", "no-such.json")
