"""One plan for many provinces: whole, verified, and the same however many workers there are."""

import io
import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tinhso.infrastructure.solvers import national
from tinhso.infrastructure.solvers.steiner import Solution, solve
from tinhso.infrastructure.solvers.verify import Ground, verify
from tinhso.places import vietnam


def provinces(count: int = 3, each: int = 20) -> national.Country:
    chance = np.random.default_rng(5)
    points = np.concatenate(
        [chance.integers(0, 4_000_000, (each, 2)) + np.array([0, k * 4_000_000]) for k in range(count)]
    )
    moved = points + np.array([210_000_000, 1_050_000_000])
    return national.country(
        [tuple(point) for point in moved.tolist()], [f"{k}" for k in range(count) for _ in range(each)]
    )


def whole_and_sound(country: national.Country, found: Solution) -> bool:
    instance = country.instance
    spans = list(zip(instance.tails.tolist(), instance.heads.tolist(), instance.costs.tolist(), strict=True))
    ground = Ground(
        instance.nodes, spans, [False] * len(spans), [0], {str(t): [t] for t in instance.terminals.tolist()}
    )
    return not verify(ground, found.edges, need="reach", cost=found.cost, bound=found.bound)


def test_one_worker_and_four_give_the_plan_of_none() -> None:
    country = provinces()
    assert len(national.shards(country)) >= 3
    alone = national.cover(country)
    assert whole_and_sound(country, alone)
    for count in (1, 4):
        with national.Workers(count) as workers:
            found = national.cover(country, run=workers.map)
        assert (found.edges, found.cost, found.bound) == (alone.edges, alone.cost, alone.bound)


def test_the_plan_and_the_bound_stand_on_both_sides_of_the_optimum() -> None:
    country = provinces(2, 12)
    best = solve(country.instance, time_limit=60.0)
    found = national.cover(country)
    assert best.proven
    assert found.bound <= best.cost <= found.cost <= best.cost * 1.02
    assert found.gap < 0.02


def test_every_commune_has_three_optional_junctions_of_its_province() -> None:
    country = provinces(3, 20)
    assert country.instance.nodes == 4 * 60
    assert country.province.tolist() == [k for _ in range(4) for k in range(3) for _ in range(20)]
    ends = np.concatenate([country.instance.tails, country.instance.heads])
    assert len(np.unique(ends)) == country.instance.nodes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "converter_2025.json").write_text("{}")
    with sqlite3.connect(tmp_path / "dataset.db") as data:
        for table, columns in vietnam.COLUMNS.items():
            data.execute(f"CREATE TABLE {table} ({columns})")
        for number in range(12):
            data.execute(
                "INSERT INTO admin_units_legacy (provinceCode, districtCode, wardCode, wardLat, wardLon) "
                "VALUES (?, '001', ?, ?, ?)",
                (f"0{number % 2 + 1}", f"{number:05}", 21 + number * 7 % 5 / 100, 105 + number / 100),
            )
        # An island district without communes counts as one.
        data.execute(
            "INSERT INTO admin_units_legacy (provinceCode, districtCode, districtLat, districtLon) "
            "VALUES ('02', '009', 20.9, 105.5)"
        )
    return tmp_path


def test_the_command_tells_length_bound_and_gap(folder: Path) -> None:
    out = io.StringIO()
    call_command("plan_country", folder, "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["communes"], told["nodes"]) == (13, 52)
    assert 0 < told["bound"] <= told["metres"]


def test_the_command_refuses_what_it_cannot_read(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="99"):
        call_command("plan_country", folder, "--province", "99")
    with pytest.raises(CommandError, match="--workers"):
        call_command("plan_country", folder, "--workers", "2", "--scheduler", "tcp://127.0.0.1:1")
    with sqlite3.connect(folder / "dataset.db") as data:
        data.execute("UPDATE admin_units_legacy SET wardLat = NULL WHERE wardCode = '00003'")
    with pytest.raises(CommandError, match="00003"):
        call_command("plan_country", folder)
