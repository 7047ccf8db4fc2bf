"""Risk groups and reliability: kept on both clocks, refused where wrong, imported all or nothing, taken back."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.infrastructure.resilience.commands import (
    end_group,
    end_reliability,
    import_csv,
    record_group,
    record_reliability,
)
from tinhso.infrastructure.resilience.models import Reliability, SharedRiskGroup
from tinhso.infrastructure.resilience.tests.recipes import drawn
from tinhso.places.tests.recipes import TESTER
from tinhso.proof.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
EARLY, LATE = date(2020, 1, 1), date(2022, 1, 1)


@pytest.fixture
def net(db):
    return drawn("ka=K-A ab=A-B", core="K")


def group(net, spans=("ka",), nodes=(), day=EARLY, **more):
    words = {"code": "cau", "name": "Cầu thử", "kind": "bridge", "source": "thử", **more}
    return record_group(actor=TESTER, network=net, spans=spans, nodes=nodes, valid_from=day, **words)


def rate(net, day=EARLY, target="spans", mtbf=8760, mttr=240, **more):
    words = {"target": target, "mtbf_hours": mtbf, "mttr_minutes": mttr, "source": "thử", **more}
    return record_reliability(actor=TESTER, network=net, valid_from=day, **words)


def in_force(model, day):
    return list(model.objects.as_of(day))


def test_each_version_holds_until_the_next_whichever_was_recorded_first(net):
    group(net, ["ka"], day=EARLY)
    group(net, ["ab"], day=LATE)
    group(net, ["ab", "ka"], nodes=["A"], day=date(2021, 1, 1))
    found = [[row.span_ids for row in in_force(SharedRiskGroup, date(year, 6, 1))] for year in (2019, 2020, 2021, 2022)]
    assert found == [[], [["ka"]], [["ab", "ka"]], [["ab"]]]
    assert AuditRecord.objects.filter(verb="resilience.record_group").count() == 3


def test_a_correction_of_the_same_day_supersedes(net):
    first, second = group(net, ["ka"]), group(net, ["ab"])
    assert [row.pk for row in in_force(SharedRiskGroup, LATE)] == [second.pk]
    assert [row.pk for row in SharedRiskGroup.objects.as_of(LATE, first.recorded_at)] == [first.pk]


def test_repeating_changes_nothing(net):
    first = group(net)
    assert group(net).pk == group(net, day=LATE).pk == first.pk
    assert rate(None).pk == rate(None).pk
    assert AuditRecord.objects.filter(verb__startswith="resilience.").count() == 2


def test_ending_keeps_what_held(net):
    ended = end_group(actor=TESTER, group=group(net), valid_to=LATE)
    assert (in_force(SharedRiskGroup, LATE), len(in_force(SharedRiskGroup, EARLY))) == ([], 1)
    with pytest.raises(Conflict):
        end_group(actor=TESTER, group=ended, valid_to=LATE)
    row = rate(net)
    with pytest.raises(Invalid):
        end_reliability(actor=TESTER, row=row, valid_to=EARLY)
    assert end_reliability(actor=TESTER, row=row, valid_to=LATE).valid_to == LATE
    assert group(net, ["ab"], day=date(2023, 1, 1)).valid_to is None


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"spans": ["zz"]}, "spans"),
        ({"nodes": ["zz"]}, "nodes"),
        ({"spans": []}, "spans"),
        ({"kind": "flood"}, "kind"),
        ({"code": "có dấu"}, "code"),
        ({"name": " "}, "name"),
        ({"source": ""}, "source"),
        ({"day": date(2999, 1, 1)}, "valid_from"),
    ],
)
def test_wrong_groups_are_refused(net, wrong, place):
    with pytest.raises(Invalid) as refused:
        group(net, **wrong)
    assert (refused.value.place, bool(refused.value.mend)) == (place, True)
    assert not SharedRiskGroup.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"mtbf": 0}, "mtbf_hours"),
        ({"mttr": -1}, "mttr_minutes"),
        ({"target": "span", "subject": "zz"}, "subject"),
        ({"target": "span"}, "subject"),
        ({"target": "medium", "subject": "string"}, "subject"),
        ({"target": "medium"}, "subject"),
        ({"target": "spans", "subject": "ka"}, "subject"),
        ({"target": "nodes", "per_km": True}, "per_km"),
        ({"target": "planet"}, "target"),
    ],
)
def test_wrong_reliability_is_refused(net, wrong, place):
    with pytest.raises(Invalid) as refused:
        rate(net, **wrong)
    assert refused.value.place == place
    assert not Reliability.objects.exists()


def test_one_element_needs_its_network(net):
    with pytest.raises(Invalid):
        rate(None, target="span", subject="ka")
    assert rate(net, target="span", subject="ka", per_km=True).subject == "ka"


def groups_csv(net, *lines):
    return "\n".join(["network,code,name,kind,element,id,valid_from", *lines]).replace("NET", str(net.uuid)).encode()


def test_an_import_of_groups_is_told_written_repeated_and_taken_back(net):
    group(net, ["ab"], code="cu", name="Cũ")
    raw = groups_csv(
        net,
        "NET,cau,Cầu,bridge,span,ka,2020-01-01",
        "NET,cau,Cầu,bridge,node,A,2020-01-01",
        "NET,cu,Cũ,bridge,span,ka,2021-01-01",
    )
    told = import_csv(actor=TESTER, kind="groups", raw=raw, source_name="g.csv", dry_run=True)
    assert (len(told.diff.added), len(told.diff.changed), told.batch) == (2, 1, None)
    assert SharedRiskGroup.objects.count() == 1
    assert import_csv(actor=TESTER, kind="groups", raw=raw, source_name="g.csv").batch
    assert {row.code: row.span_ids for row in in_force(SharedRiskGroup, LATE)} == {"cau": ["ka"], "cu": ["ka"]}
    assert not import_csv(actor=TESTER, kind="groups", raw=raw, source_name="g.csv").diff
    undo_last_import(actor=TESTER, importer="resilience.groups")
    assert {row.code: row.span_ids for row in in_force(SharedRiskGroup, LATE)} == {"cu": ["ab"]}


def test_every_wrong_line_is_named_and_nothing_written(net):
    raw = groups_csv(
        net,
        "NET,cau,Cầu,bridge,span,ka,2020-01-01",
        "NET,cau,Cầu khác,bridge,span,ab,2020-01-01",
        "NET,b,B,bridge,pole,ka,2020-01-01",
        "NET,c,C,bridge,span,zz,2020-01-01",
        "nope,d,D,bridge,span,ka,2020-01-01",
        "NET,e,E,bridge,span,ka,tomorrow",
    )
    with pytest.raises(ImportRefused) as refused:
        import_csv(actor=TESTER, kind="groups", raw=raw, source_name="g.csv")
    places = [finding.place for finding in refused.value.findings]
    assert places == ["dòng 3", "dòng 4, element", "dòng 5, spans", "dòng 6, network", "dòng 7, valid_from"]
    assert all(finding.reason and finding.mend for finding in refused.value.findings)
    assert not SharedRiskGroup.objects.exists()


@pytest.mark.parametrize(
    "raw", [b"", b"\xff", b"a,b\n1,2", b"network,target,subject,mtbf_hours,mttr_minutes\n", b"a\0b", b'"']
)
def test_broken_files_are_refused(db, raw):
    with pytest.raises(ImportRefused):
        import_csv(actor=TESTER, kind="reliability", raw=raw, source_name="r.csv")


def test_the_command_imports_reliability_and_takes_it_back(net, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text(
        "network,target,subject,mtbf_hours,mttr_minutes,per_km,valid_from\n"
        ",medium,fibre,2000000,480,1,2020-01-01\n"
        f"{net.uuid},node,A,50000,120,,2020-01-01\n"
    )
    out = StringIO()
    call_command("import_resilience", "reliability", path, stdout=out)
    assert [(str(row), row.per_km) for row in Reliability.objects.order_by("id")] == [
        ("medium fibre", True),
        ("node A", False),
    ]
    call_command("import_resilience", "reliability", undo=True, stdout=out)
    assert not Reliability.objects.known_at().exists()
    path.write_text("network,target,subject,mtbf_hours,mttr_minutes\n,medium,fibre,many,480\n,medium,fibre,1,480\n" * 2)
    with pytest.raises(CommandError):
        call_command("import_resilience", "reliability", path, stdout=out)
    assert "dòng 2, mtbf_hours" in out.getvalue()
