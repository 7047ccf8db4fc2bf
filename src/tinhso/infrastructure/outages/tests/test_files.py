"""Events from CSV: all or nothing, shown before, taken back after, on pages, API and the command line."""

from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.commands.importing import IMPORTER, import_events
from tinhso.infrastructure.outages.event_file import LARGEST, moment
from tinhso.infrastructure.outages.following import follow, follow_all
from tinhso.infrastructure.outages.models import FileEvent, Outage
from tinhso.infrastructure.outages.tests.recipes import alert, minutes, person, province, send, source
from tinhso.places.tests.recipes import TESTER
from tinhso.proof.audit import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HEAD = "element_kind,element,starts_at,ends_at\n"
ROW = "span,bc,2024-06-03T09:00:00+07:00,2024-06-03 10:00\n"


@pytest.fixture
def net(db, tmp_path):
    return province(tmp_path)


def bring(net, text, **more):
    content = text if isinstance(text, bytes) else text.encode()
    return import_events(actor=TESTER, network=net, source_name="e.csv", content=content, **more)


def test_a_file_opens_and_closes_outages(net):
    batch, diff, findings = bring(net, HEAD + ROW)
    assert (len(diff.added), findings, batch.added) == (1, [], 1)
    outage = Outage.objects.get()
    assert (outage.state, outage.impact.people) == (codes.RESTORED, 1200)
    assert (outage.ended_at - outage.started_at).total_seconds() == 3600


def test_repeating_changes_nothing_and_a_dry_run_writes_nothing(net):
    assert len(bring(net, HEAD + ROW, dry_run=True)[1].added) == 1
    assert not FileEvent.objects.exists()
    bring(net, HEAD + ROW)
    batch, diff, _findings = bring(net, HEAD + ROW)
    assert (batch, diff.unchanged, FileEvent.objects.count()) == (None, 1, 1)


def test_undoing_withdraws_what_nothing_stands_behind_any_more(net):
    bring(net, HEAD + ROW)
    undo_last_import(actor=TESTER, importer=IMPORTER)
    assert follow_all() == 1
    outage = Outage.objects.get()
    assert (outage.state, outage.live) == (codes.WITHDRAWN, False)
    bring(net, HEAD + ROW)
    outage.refresh_from_db()
    assert (outage.state, Outage.objects.count()) == (codes.RESTORED, 1)
    assert "withdrawn" in [entry.kind for entry in outage.entries.all()]


def test_ends_and_beginnings_may_stand_in_rows_of_their_own(net):
    bring(net, HEAD + "span,bc,03/06/2024 09:00,\nnode,D,2024-06-04T09:00:00Z,\nspan,bc,,2024-06-03T11:00:00+07:00\n")
    first, second = Outage.objects.order_by("started_at")
    assert (first.state, second.state) == (codes.RESTORED, codes.OPEN)


def test_a_file_ends_what_no_machine_will(net):
    sender, _ = source(net)
    send(sender, alert({"span": "bc"}, 0))
    assert Outage.objects.get().state == codes.OPEN
    bring(net, HEAD + "span,bc,,2024-06-03T11:00:00+07:00\n")
    outage = Outage.objects.get()
    assert (outage.state, outage.ended_at) == (codes.RESTORED, minutes(120))


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a,b\n1,2\n", "dòng 1", "Thiếu cột"),
        (HEAD.strip() + ",ghi chú\n", "dòng 1", "Không biết cột"),
        (HEAD + "cable,bc,2024-06-03T09:00:00Z,\n", "dòng 2", "element_kind"),
        (HEAD + "span,,2024-06-03T09:00:00Z,\n", "dòng 2", "element"),
        (HEAD + "span,bc,,\n", "dòng 2", "thời điểm"),
        (HEAD + "span,bc,2024-06-03,\n", "dòng 2", "không phải thời điểm"),
        (HEAD + "span,bc,hôm qua,\n", "dòng 2", "không phải thời điểm"),
        (HEAD + "span,bc,2024-06-03T09:00:00Z,2024-06-03T08:00:00Z\n", "dòng 2", "trước starts_at"),
        (HEAD + "span,bc,2999-06-03T09:00:00Z,\n", "dòng 2", "tương lai"),
        (HEAD + ROW + f"span,{'x' * 201},2024-06-03T09:00:00Z,\n", "dòng 3", "200"),
        (HEAD + ROW + 'span,"bc"x,2024\n', "dòng 3", "hỏng"),
        (HEAD, "", "không có sự kiện"),
        ("", "dòng 1", "Thiếu cột"),
        (b"\xff\xfe" + HEAD.encode("utf-16"), "byte 0", "UTF-8"),
        (HEAD + "span,b\0c,2024-06-03T09:00:00Z,\n", "", "NUL"),
        (b"x" * (LARGEST + 1), "", "lớn hơn"),
    ],
)
def test_a_bad_file_writes_nothing_and_names_the_place(net, text, place, words):
    with pytest.raises(ImportRefused) as refused:
        bring(net, text)
    assert any(one.place == place and words in one.reason for one in refused.value.findings)
    assert not FileEvent.objects.exists()


def test_unknown_names_and_repeated_rows_are_told_and_kept(net):
    _batch, diff, findings = bring(net, HEAD + ROW + ROW + "span,lạ,2024-06-03T09:00:00Z,\n")
    assert len(diff.added) == 2
    assert [(one.place, one.fatal) for one in findings] == [("dòng 3", False), ("dòng 4", False)]


@pytest.mark.parametrize(
    "text", ["2024-06-03T09:00:00+07:00", "2024-06-03 09:00", "03/06/2024 09:00", "03/06/2024 09:00:00"]
)
def test_moments_without_an_offset_are_on_the_clocks_of_vietnam(text):
    assert moment(text).timestamp() == 1717380000


def test_from_the_command_line(net, tmp_path):
    path = tmp_path / "e.csv"
    path.write_text(HEAD + ROW)
    out = StringIO()
    call_command("import_outage_events", path, "--dry-run", stdout=out)
    assert "Thêm 1" in out.getvalue() and not FileEvent.objects.exists()
    call_command("import_outage_events", path, "--network", str(net.uuid), stdout=out)
    assert Outage.objects.get().state == codes.RESTORED
    call_command("import_outage_events", "--undo", stdout=out)
    assert Outage.objects.get().state == codes.WITHDRAWN
    path.write_text(HEAD + "cable,bc,,\n")
    for wrong in ([path], [tmp_path / "none.csv"], [path, "--network", "khác"], []):
        with pytest.raises(CommandError):
            call_command("import_outage_events", *wrong, stdout=out)


def test_by_the_api(client, net):
    def post(**more):
        given = {"network": str(net.uuid), "file": SimpleUploadedFile("e.csv", (HEAD + ROW).encode()), **more}
        return client.post("/api/outages/imports", given)

    assert post().status_code == 401
    client.force_login(person("programme_operator"))
    assert post().status_code == 403
    client.force_login(person("engineer"))
    assert post(dry_run="true").json()["import_id"] is None
    assert post().json()["added"] == 1
    bad = post(file=SimpleUploadedFile("e.csv", b"x"))
    assert bad.status_code == 422 and bad.json()["findings"][0]["place"] == "dòng 1"
    assert follow(actor=SYSTEM, network=net) == 0
