"""Price lists and candidate routes: versions, dry runs, every bad feature named, undoing."""

import json
from datetime import date

import pytest

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.infrastructure.network.ofds.jsontext import BadJson
from tinhso.infrastructure.planning.commands.candidates import generate_candidates, import_routes
from tinhso.infrastructure.planning.importers import ROUTES
from tinhso.infrastructure.planning.models import CandidateRoute, CandidateSet, CostModel
from tinhso.infrastructure.planning.routes_file import route_rows
from tinhso.infrastructure.planning.tests import recipes

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LINE = [(106.1, 20.4), (106.2, 20.4), (106.2, 20.5)]


def bring(*features, **options):
    given = {"actor": recipes.ENGINEER, "source_name": "duong.geojson", "name": "Đường"} | options
    return import_routes(raw=recipes.collection(*features), **given)


def test_prices_keep_their_versions_and_repeating_them_changes_nothing():
    first = recipes.costs()
    assert recipes.costs() == first and CostModel.objects.count() == 1
    second = recipes.costs(prices=recipes.PRICES | {"method": {"aerial": 80_000_000}})
    first.refresh_from_db()
    assert first.superseded_at and first.prices()["method"]["aerial"] == 70_000_000
    assert CostModel.objects.known_at().get() == second


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"prices": {"method": {"aerial": -1}}}, "method.aerial"),
        ({"prices": {"method": {"aerial": 10**18}}}, "method.aerial"),
        ({"prices": {"method": {"aerial": float("inf")}}}, "method.aerial"),
        ({"prices": {"method": {"aerial": True}}}, "method.aerial"),
        ({"prices": {"method": {"buried": 5}}}, "method.aerial"),
        ({"prices": {"method": {"aerial": 5}, "year": {"2027": 0}}}, "year.2027"),
        ({"prices": {"method": {"aerial": 5}, "year": {"mai": 1}}}, "year.mai"),
        ({"prices": {"method": {"aerial": 5}, "moon": {"x": 1}}}, "moon"),
        ({"method": "thrown"}, "method"),
        ({"detour_permille": 10}, "detour_permille"),
        ({"code": "có dấu"}, "code"),
        ({"source": ""}, "source"),
    ],
)
def test_prices_that_cannot_be_are_refused(changes, place):
    with pytest.raises(Invalid) as refused:
        recipes.costs(**changes)
    assert refused.value.place == place and not CostModel.objects.exists()


def test_routes_are_tried_written_repeated_changed_and_taken_back():
    features = [recipes.feature(LINE, id="a", method="buried"), recipes.feature(LINE[:2], id="s", crossing="river")]
    tried = bring(*features, dry_run=True)
    assert (tried.routes, tried.obstacles, len(tried.diff.added)) == (1, 1, 2) and not CandidateSet.objects.exists()
    done = bring(*features)
    row = CandidateRoute.objects.known_at().get(key="a")
    assert done.batch and json.loads(row.points)[0] == [204_000_000, 1_061_000_000] and row.length_m > 20_000
    assert bring(*features).batch is None
    changed = bring(recipes.feature(LINE, id="a", method="aerial"))
    assert (len(changed.diff.changed), len(changed.diff.removed)) == (1, 1)
    undo_last_import(actor=recipes.ENGINEER, importer=ROUTES)
    assert CandidateRoute.objects.known_at().get(key="a").method == "buried"
    assert CandidateRoute.objects.known_at().count() == 2


def test_an_import_that_a_search_rests_on_is_not_taken_back():
    network = recipes.province()
    chosen = bring(recipes.feature(LINE, id="a")).candidate_set
    recipes.asked(network, candidate_set=chosen)
    with pytest.raises(Conflict):
        undo_last_import(actor=recipes.ENGINEER, importer=ROUTES)


def test_every_bad_feature_is_named_and_nothing_is_written():
    bad = [
        recipes.feature(LINE[:1]),
        recipes.feature([(500, 20), (106, 20)]),
        recipes.feature([LINE[0]] * 3),
        recipes.feature(LINE, method="thrown"),
        recipes.feature(LINE, crossing="sky"),
        recipes.feature(LINE, crossing="river", method="aerial"),
        recipes.feature(LINE, length_m=5),
        recipes.feature(LINE, length_m="dài"),
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [106, 20]}},
        {"type": "Feature", "properties": {}, "geometry": None},
        "đường",
        recipes.feature(LINE, id="hai"),
        recipes.feature(LINE, id="hai"),
    ]
    with pytest.raises(ImportRefused) as refused:
        bring(*bad)
    named = sorted(int(finding.place.rpartition("/")[2]) for finding in refused.value.findings)
    assert named == [*range(11), 12]
    assert not CandidateSet.objects.exists() and all(finding.reason for finding in refused.value.findings)


def test_what_is_no_geojson_is_refused():
    for raw in (
        b"",
        b"{",
        b"[]",
        b'{"type": "FeatureCollection"}',
        b"\xff",
        b'{"type":"FeatureCollection","features":1}',
    ):
        with pytest.raises((BadJson, Invalid)):
            route_rows(raw)
    with pytest.raises(BadJson):
        route_rows(recipes.collection(recipes.feature([(float("nan"), 20), (106, 20)])))
    assert route_rows(recipes.collection())[1]


def test_generated_sets_keep_their_recipe():
    river = bring(recipes.feature(LINE, crossing="river")).candidate_set
    made = generate_candidates(actor=recipes.ENGINEER, name="Thẳng", neighbours=4, obstacles=river)
    assert generate_candidates(actor=recipes.ENGINEER, name="Thẳng", neighbours=4, obstacles=river) == made
    for changes in ({"neighbours": 5}, {"neighbours": 0}, {"obstacles": made}, {"name": " "}):
        given = {"actor": recipes.ENGINEER, "name": "Thẳng", "neighbours": 4, "obstacles": river}
        with pytest.raises(Invalid):
            generate_candidates(**(given | changes))
    with pytest.raises(Invalid):
        bring(recipes.feature(LINE), name="Thẳng")
    assert made.at.date() >= date(2024, 1, 1)
