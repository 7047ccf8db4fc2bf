"""Kept per version, read back by another process, worked out again when anything it rests on is written."""

import numpy as np
import pytest

from tinhso.infrastructure.network.commands_core import choose_core
from tinhso.infrastructure.network.tests.coverage_recipes import write
from tinhso.infrastructure.resilience import cache, prepared
from tinhso.infrastructure.resilience.impact import impact_on
from tinhso.infrastructure.resilience.prepared import prepared_for
from tinhso.infrastructure.resilience.tests.recipes import AFTER, AN, BEFORE, BINH, drawn, territory
from tinhso.places.tests.recipes import TESTER

pytestmark = pytest.mark.django_db
HOMES = {"A": AN, "B": BINH}


@pytest.fixture
def net(db, tmp_path):
    territory(tmp_path)
    return drawn("ka=K-A ab=A-B", HOMES, core="K")


def kept(net):
    home = cache.folder(net.uuid)
    return sorted(path.name for path in home.iterdir()) if home.exists() else []


def forget():
    prepared._prepared.cache_clear()


def test_read_back_from_disk_it_answers_the_same(net, monkeypatch):
    first = prepared_for(net, BEFORE)
    assert prepared_for(net, BEFORE) is first
    forget()
    monkeypatch.setattr(prepared, "_read", None)
    again = prepared_for(net, BEFORE)
    assert isinstance(again.rooted.order, np.memmap)
    assert impact_on(again, spans=["ab"]) == impact_on(first, spans=["ab"])
    assert impact_on(again, spans=["ab"]).units == (BINH,)


def test_days_between_two_changes_share_one_version(net):
    first = prepared_for(net, BEFORE)
    assert prepared_for(net, BEFORE.replace(day=2)) is first
    assert prepared_for(net, AFTER) is not first
    assert len(kept(net)) == 2


def test_a_new_core_or_reading_is_a_new_version(net):
    before = impact_on(prepared_for(net, BEFORE), spans=["ab"])
    choose_core(actor=TESTER, network=net, nodes=["B"], valid_from=BEFORE, reason="thử")
    assert impact_on(prepared_for(net, BEFORE), spans=["ab"]).units == (AN,)
    write(net, [], [{"id": "kb", "start_id": "K", "end_id": "B"}], since=AFTER)
    assert impact_on(prepared_for(net, AFTER), spans=["ab"]).units == ()
    assert before.units == (BINH,)


def test_a_broken_copy_is_worked_out_again(net):
    prepared_for(net, BEFORE)
    (version,) = kept(net)
    (cache.folder(net.uuid) / version / "order.npy").write_bytes(b"broken")
    forget()
    assert impact_on(prepared_for(net, BEFORE), spans=["ab"]).units == (BINH,)
    forget()
    assert impact_on(prepared_for(net, BEFORE), spans=["ab"]).units == (BINH,)


def test_only_a_few_versions_are_kept(net):
    ready = prepared_for(net, BEFORE)
    for number in range(cache.KEPT + 3):
        cache.save(net.uuid, f"v{number}", ready.rooted, {})
    assert len(kept(net)) == cache.KEPT
    assert not [name for name in kept(net) if name.startswith(".")]


def test_a_disk_that_takes_nothing_costs_time_only(net, settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    settings.VAR = blocked
    assert impact_on(prepared_for(net, BEFORE), spans=["ab"]).units == (BINH,)
