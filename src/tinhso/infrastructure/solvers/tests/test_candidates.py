"""Candidate spans from points and from roads, clean and hostile."""

import itertools
import random

import pytest

from tinhso.infrastructure.solvers.candidates import (
    Obstacle,
    Road,
    along_roads,
    crossings,
    generated,
    line_metres,
    neighbours,
)

DEGREE = 10_000_000


def grid(side: int, step: int = DEGREE // 100):
    return [(20 * DEGREE + i * step, 106 * DEGREE + j * step) for i in range(side) for j in range(side)]


def made(places, joined=(), obstacles=(), **changes):
    given = {"nearest": 4, "detour_permille": 1300, "method": "aerial"} | changes
    return generated(places, joined, list(obstacles), **given)


def joined_up(count, spans) -> bool:
    parent = list(range(count))

    def root(node):
        while parent[node] != node:
            node = parent[node]
        return node

    for span in spans:
        parent[root(span.a)] = root(span.b)
    return len({root(node) for node in range(count)}) == 1


def test_generated_lines_join_all_points_and_are_lengthened_by_the_detour():
    random.seed(5)
    places = [(200_000_000 + random.randrange(10**6), 1_060_000_000 + random.randrange(10**6)) for _ in range(200)]
    offers = made(places)
    assert joined_up(200, offers.spans) and not offers.junctions
    for span in offers.spans:
        straight = line_metres((places[span.a], places[span.b]))
        assert abs(span.metres - straight * 1.3) <= 2 and span.a != span.b
    pairs = [frozenset((span.a, span.b)) for span in offers.spans]
    assert len(set(pairs)) == len(pairs)


def test_the_shortest_tree_over_all_pairs_is_among_the_lines():
    random.seed(9)
    places = [(200_000_000 + random.randrange(10**6), 1_060_000_000 + random.randrange(10**6)) for _ in range(40)]
    every = sorted(itertools.combinations(range(40), 2), key=lambda pair: line_metres([places[n] for n in pair]))
    offered = {frozenset((span.a, span.b)) for span in made(places, nearest=1).spans}
    parent = list(range(40))

    def root(node):
        while parent[node] != node:
            node = parent[node]
        return node

    for a, b in every:
        if root(a) != root(b):
            parent[root(a)] = root(b)
            assert frozenset((a, b)) in offered


@pytest.mark.parametrize(
    "places",
    [
        [],
        [(1, 1)],
        [(1, 1), (5, 5)],
        [None, (1, 1), None, (5, 5)],
        [(1, 1)] * 500,
        [(10, 10 * n) for n in range(50)],
        [(10, 10 * n) for n in range(50)] + [(10, 10)] * 3,
        [(900_000_000, 0), (900_000_000, 1_000), (-900_000_000, 0)],
    ],
    ids=["none", "one", "two", "unplaced", "one-point", "on-a-line", "line-and-doubles", "poles"],
)
def test_points_that_break_triangulations_are_joined_all_the_same(places):
    known = [number for number, place in enumerate(places) if place is not None]
    spans = made(places).spans
    assert all(span.a in known and span.b in known and span.metres >= 0 for span in spans)
    if len(known) > 1:
        renumbered = {number: at for at, number in enumerate(known)}
        assert joined_up(len(known), [span._replace(a=renumbered[span.a], b=renumbered[span.b]) for span in spans])


def test_a_hundred_thousand_places_at_one_point_take_a_line_each():
    spans = made([(200_000_000, 1_060_000_000)] * 100_000).spans
    assert len(spans) == 99_999 and {span.metres for span in spans} == {0}


def test_no_line_is_offered_beside_a_span_that_stands():
    places = grid(3)
    offered = {frozenset((span.a, span.b)) for span in made(places, joined=[(0, 1), (4, 3)]).spans}
    assert not offered & {frozenset((0, 1)), frozenset((3, 4))}


def test_a_river_is_counted_once_on_each_line_over_it():
    places = grid(2)
    river = Obstacle(
        "river", ((20 * DEGREE + DEGREE // 200, 105 * DEGREE), (20 * DEGREE + DEGREE // 200, 107 * DEGREE))
    )
    rail = Obstacle("rail", tuple(reversed(river.points)))
    for span in made(places, obstacles=[river, rail]).spans:
        over = places[span.a][0] != places[span.b][0]
        assert span.crossed == ((1, 0, 1) if over else (0, 0, 0))
    assert crossings([], [river]) == [] and crossings([places[:2]], []) == [(0, 0, 0)]


def roads(places, lines, **changes):
    given = {"reach_m": 2000, "entries": 1, "detour_permille": 1000, "method": "aerial"} | changes
    return along_roads(places, [Road("", None, tuple(line)) for line in lines], [], **given)


def test_roads_meet_where_they_share_a_point_and_places_join_the_nearest():
    cross = (200_500_000, 1_060_500_000)
    lines = [
        [(200_000_000, 1_060_500_000), cross, (201_000_000, 1_060_500_000)],
        [(200_500_000, 1_060_000_000), cross, (200_500_000, 1_061_000_000)],
    ]
    places = [(200_000_000, 1_060_500_000), (200_500_000, 1_061_050_000), None]
    offers = roads(places, lines)
    assert joined_up(2 + 1 + len(offers.junctions), [*offers.spans, offers.spans[0]._replace(a=2, b=0)])
    along = sum(span.metres for span in offers.spans)
    expected = sum(line_metres(line) for line in lines) + line_metres((places[1], lines[1][2]))
    assert abs(along - expected) < 10
    assert {span.metres for span in roads([], lines).spans} and not roads(places, []).spans


def test_a_place_out_of_reach_gets_no_way_in():
    offers = roads([(250_000_000, 1_060_000_000)], [[(200_000_000, 1_060_000_000), (200_100_000, 1_060_000_000)]])
    assert all(0 not in (span.a, span.b) for span in offers.spans)


def test_a_second_way_in_is_apart_from_the_first():
    line = [(200_000_000, 1_060_000_000), (200_000_000, 1_060_500_000)]
    offers = roads([(200_010_000, 1_060_250_000)], [line], entries=2)
    ends = [span.points[-1] for span in offers.spans if span.a == 0]
    assert len(ends) == 2 and line_metres(ends) >= 100


def test_a_stated_length_is_shared_out_along_the_road():
    line = ((200_000_000, 1_060_000_000), (200_000_000, 1_060_200_000), (200_000_000, 1_060_400_000))
    offers = along_roads(
        [line[1]], [Road("buried", 10_000, line)], [], reach_m=100, entries=1, detour_permille=1000, method="aerial"
    )
    assert sorted(span.metres for span in offers.spans) == [5000, 5000]
    assert {span.method for span in offers.spans} == {"buried"}


def test_neighbours_are_pairs_in_order_each_once():
    pairs = neighbours(grid(6), 5)
    assert pairs == sorted(set(pairs)) and all(a < b for a, b in pairs)
