"""One file in, all or nothing: as of a day, as known at a moment, and back again."""

import copy
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.infrastructure.network.commands import Outcome, import_ofds
from tinhso.infrastructure.network.importers import OFDS
from tinhso.infrastructure.network.models import CoreChoice, Network, Node, Reading, Record, Span
from tinhso.infrastructure.network.ofds.export import export_geojson, export_json
from tinhso.infrastructure.network.ofds.jsontext import dumps, loads
from tinhso.infrastructure.network.queries import network_at
from tinhso.infrastructure.network.tests.ofds.recipes import NETWORK, network, node, package, raw, real_files, span
from tinhso.proof.audit import Actor

ENGINEER = Actor("user:7", "Kỹ sư")
D2019, D2020, D2021 = date(2019, 1, 1), date(2020, 1, 1), date(2021, 1, 1)
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def bring(value: Any, day: date | None = D2020, **more: Any) -> Outcome:
    content = value if isinstance(value, bytes) else raw(value)
    return import_ofds(actor=ENGINEER, raw=content, source_name="mạng.json", as_of=day, **more)


def exported(day: date, known_at: Any = None) -> dict:
    return json.loads("".join(export_json(Network.objects.order_by("uuid"), day, known_at)))


def rows() -> dict[str, list]:
    return {
        model.__name__: list(model.objects.order_by("id").values()) for model in (Network, Node, Span, Record, Reading)
    }


def test_what_came_in_goes_out() -> None:
    value = package(
        network(wayleaves=[{"id": "w"}], contracts=[{"id": "c", "value": {"amount": 1.5}}], extra={"x": [1]})
    )
    bring(value)
    assert exported(D2020) == value
    assert exported(D2019) == {"networks": []}


def test_digits_survive() -> None:
    text = raw(package()).replace(b"106.17", b"106.1700000000000001")
    bring(text)
    assert "106.1700000000000001" in "".join(export_json(Network.objects.all(), D2020))


def test_columns_are_derived() -> None:
    route = {"type": "LineString", "coordinates": [[106.17, 20.42], [106.18, 20.43]]}
    spans = [
        span("fibre", "a", "b", fibreLength=1.2345, transmissionMedium=["microwave", "fibre"], phase={"id": "1"}),
        span("route", "a", "b", route=route, readyForServiceDate="2019-05-01"),
        span("straight", "a", "b"),
        {"id": "open", "start": "a"},
    ]
    bring(
        package(network(nodes=[node("a", unitCode="13633", accessPoint=True), node("b", 106.18, 20.43)], spans=spans))
    )
    told = {row.element_id: row for row in Span.objects.all()}
    assert (told["fibre"].length_m, told["fibre"].length_basis, told["fibre"].medium) == (
        1234,
        "fibreLength",
        "fibre,microwave",
    )
    assert (told["route"].length_m, told["route"].length_basis) == (1524, "route")
    assert told["route"].ready_on == date(2019, 5, 1)
    assert (told["straight"].length_m, told["straight"].length_basis) == (1524, "straight")
    assert (told["open"].status, told["open"].length_m, told["open"].end_id) == ("unknown", None, "")
    held = Node.objects.get(element_id="a")
    assert (held.lat_e7, held.lon_e7, held.unit_code, held.access_point, held.power) == (
        204200000,
        1061700000,
        "13633",
        True,
        None,
    )


def test_dry_run_writes_nothing_and_says_everything() -> None:
    before = rows()
    outcome = bring(package(), dry_run=True)
    assert rows() == before
    assert outcome.changes[0].counts["nodes"] == {"added": 2, "changed": 0, "removed": 0, "unchanged": 0}


def test_refused_file_writes_nothing() -> None:
    with pytest.raises(ImportRefused) as refused:
        bring(package(network(spans=[span("ab", "a", "z")])))
    assert [item.place for item in refused.value.findings] == ["/networks/0/spans/0/end", "/networks/0/nodes/1"]
    assert refused.value.as_json()["findings"][0]["place"] == "/networks/0/spans/0/end"
    assert not any(rows().values())


def test_repeating_changes_nothing() -> None:
    bring(package())
    before = rows()
    assert bring(package()).batch is None
    assert rows() == before


def test_a_later_state_ends_changes_and_adds() -> None:
    first = package(
        network(nodes=[node("a"), node("b"), node("c")], spans=[span("ab", "a", "b"), span("bc", "b", "c")])
    )
    second = package(network(nodes=[node("d"), node("a"), node("b", status="inactive")], spans=[span("ab", "a", "b")]))
    bring(first, D2019)
    known = timezone.now()
    outcome = bring(second, D2020)
    assert outcome.changes[0].counts["nodes"] == {"added": 1, "changed": 1, "removed": 1, "unchanged": 1}
    assert exported(D2019) == first
    assert exported(date(2019, 12, 31)) == first
    assert exported(D2020) == second
    assert exported(D2020, known) == first
    assert Node.objects.known_at().get(element_id="c").valid_to == D2020


def test_correcting_a_day_supersedes_it() -> None:
    wrong, right = (
        package(network(name="Sai")),
        package(network(name="Đúng", nodes=[node("a"), node("b", status="planned")])),
    )
    bring(wrong)
    known = timezone.now()
    bring(right)
    assert exported(D2020) == right
    assert exported(D2020, known) == wrong
    assert Reading.objects.known_at().count() == 1
    assert Network.objects.get().name == "Đúng"


def test_an_older_state_holds_until_the_next_one() -> None:
    new, old = package(network(name="Mới")), package(network(name="Cũ", nodes=[node("a"), node("b"), node("z")]))
    bring(new, D2021)
    outcome = bring(old, D2019)
    assert outcome.changes[0].until == D2021
    assert exported(D2020) == old
    assert exported(D2021) == new
    assert Network.objects.get().name == "Mới"


STATES = st.lists(
    st.tuples(
        st.sampled_from([D2019, D2020, D2021, date(2022, 1, 1)]),
        st.dictionaries(st.sampled_from("abc"), st.sampled_from(["planned", "operational"]), min_size=1),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STATES)
def test_any_order_of_states_reads_back(states: list[tuple[date, dict]]) -> None:
    """The last file read for a day speaks from that day to the next day read, in whatever order they came."""
    for model in (Node, Span, Record, Reading):
        model.objects.all().delete()
    said: dict[date, dict] = {}
    for day, nodes in states:
        listed = [node(key, status=status) for key, status in nodes.items()]
        said[day] = package(network(nodes=listed, spans=[span("s", *(list(nodes) * 2)[:2])]))
        bring(said[day], day, repair=True)
    for day in (D2019, D2020, D2021, date(2022, 1, 1), date(2023, 1, 1)):
        heard = [said[at] for at in sorted(said) if at <= day]
        assert exported(day) == (heard[-1] if heard else {"networks": []})
    current = Node.objects.known_at()
    for row in current:
        overlap = current.filter(element_id=row.element_id, valid_from__lt=row.valid_to or date.max).exclude(pk=row.pk)
        assert all(other.valid_to and other.valid_to <= row.valid_from for other in overlap)


def test_undo_brings_back_each_state_in_turn() -> None:
    first, second = package(), package(network(name="Hai", nodes=[node("a"), node("b", status="planned")], spans=[]))
    del second["networks"][0]["spans"]
    bring(first, D2019)
    bring(second, D2020)
    undo_last_import(actor=ENGINEER, importer=OFDS)
    assert exported(D2021) == first
    undo_last_import(actor=ENGINEER, importer=OFDS)
    assert exported(D2021) == {"networks": []}
    with pytest.raises(Conflict):
        undo_last_import(actor=ENGINEER, importer=OFDS)
    bring(first, D2019)
    assert exported(D2019) == first


def test_undo_is_refused_while_the_core_rests_on_it() -> None:
    bring(package())
    CoreChoice.objects.create(
        network=Network.objects.get(), nodes='["a"]', reason="x", chosen_by="t", chosen_by_name="t", valid_from=D2020
    )
    with pytest.raises(Conflict, match="lõi"):
        undo_last_import(actor=ENGINEER, importer=OFDS)


def test_several_networks_or_one_of_them() -> None:
    other = network(id="0ebbf242-db7c-4b22-b223-10befc69088d", name="Khác")
    bring(package(network(), other), network=None)
    assert Network.objects.count() == 2
    assert Node.objects.count() == 4
    undo_last_import(actor=ENGINEER, importer=OFDS)
    outcome = bring(package(network(), other), network=Network.objects.get(name="Khác").uuid)
    assert [change.reading.name for change in outcome.changes] == ["Khác"]
    with pytest.raises(Invalid, match=NETWORK):
        bring(package(), network=Network.objects.get(name="Khác").uuid)


def test_the_day_comes_from_the_file_and_never_from_the_future() -> None:
    assert bring(package(network(collectionDate="2018-03-04")), None).changes[0].reading.valid_from == date(2018, 3, 4)
    assert bring(package(), None).changes[0].reading.valid_from == today()
    with pytest.raises(Invalid):
        bring(package(), date(2999, 1, 1))


def test_a_file_that_came_in_meanwhile_refuses_the_diff(monkeypatch: pytest.MonkeyPatch) -> None:
    from tinhso.infrastructure.network import commands

    really = commands.apply_import

    def meanwhile(**given: Any) -> Any:
        monkeypatch.setattr(commands, "apply_import", really)
        bring(package(network(name="Kẻ chen ngang")), D2019)
        return really(**given)

    monkeypatch.setattr(commands, "apply_import", meanwhile)
    with pytest.raises(Conflict):
        bring(package(), D2020)
    assert Reading.objects.get().name == "Kẻ chen ngang"


def test_network_at_reads_everything_in_four_statements(django_assert_num_queries: Any) -> None:
    bring(package())
    held = Network.objects.get()
    with django_assert_num_queries(4):
        found = network_at(held, D2020)
    assert [item.id for item in found.nodes] == ["a", "b"]
    assert [(item.start_id, item.end_id, item.phase_id) for item in found.spans] == [("a", "b", "1")]
    assert found.core is None


@pytest.mark.parametrize("path", real_files("ofds_public"))
def test_real_networks_import_and_come_back(path: Any) -> None:
    outcome = bring(path.read_bytes(), repair=True)
    assert outcome.batch
    again = bring("".join(export_json(Network.objects.all(), D2020)).encode(), dry_run=True)
    assert not (again.diff.added or again.diff.changed or again.diff.removed)
    if not {fault.level for fault in outcome.faults} & {"repair", "conversion"}:
        assert loads("".join(export_json(Network.objects.all(), D2020)).encode()) == loads(path.read_bytes())
    through = "".join(export_geojson(Network.objects.all(), D2020)).encode()
    twice = bring(through, dry_run=True)
    assert not (twice.diff.added or twice.diff.changed or twice.diff.removed)


def test_command_line(tmp_path: Any, capsys: pytest.CaptureFixture) -> None:
    file, out = tmp_path / "m.json", tmp_path / "o.json"
    file.write_bytes(raw(package()))
    call_command("import_ofds", str(file), "--as-of", "2020-01-01", "--dry-run")
    assert not Node.objects.exists()
    call_command("import_ofds", str(file), "--as-of", "2020-01-01")
    call_command("export_ofds", str(out), "--as-of", "2020-06-01")
    assert json.loads(out.read_text()) == package()
    call_command("export_ofds", str(out), "--as-of", "2020-06-01", "--format", "geojson")
    assert json.loads(out.read_text())["type"] == "FeatureCollection"
    call_command("import_ofds", "--undo")
    assert not Node.objects.known_at().exists()
    assert "hoàn tác" in capsys.readouterr().out


def test_command_line_takes_every_format_and_a_folder_of_tables(tmp_path: Any) -> None:
    file = tmp_path / "m.json"
    file.write_bytes(raw(package()))
    call_command("import_ofds", str(file), "--as-of", "2020-01-01")
    for name in ("m.geojson", "m.zip", "m.gpkg"):
        call_command("export_ofds", str(tmp_path / name), "--as-of", "2020-06-01")
    with zipfile.ZipFile(tmp_path / "m.zip") as archive:
        archive.extractall(tmp_path / "tables")
    call_command("import_ofds", "--undo")
    for name in ("m.geojson", "m.zip", "m.gpkg", "tables"):
        call_command("import_ofds", str(tmp_path / name), "--as-of", "2020-01-01")
        assert exported(D2020) == package()
        call_command("import_ofds", "--undo")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Invalid):
        call_command("export_ofds", str(tmp_path / "none.gpkg"), "--as-of", "2010-01-01")
    assert sorted(tmp_path.iterdir()) == before


def test_a_200_mb_file_is_refused_before_it_is_read(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as out:
        out.truncate(200_000_000)
    monkeypatch.setattr(type(file), "read_bytes", lambda self: pytest.fail("the file was read"))
    with pytest.raises(CommandError, match="200 MB"):
        call_command("import_ofds", str(file))


def test_the_package_is_left_as_it_was() -> None:
    value = package()
    before = copy.deepcopy(value)
    bring(value)
    assert value == before
    assert dumps(value) == dumps(before)
