"""Pages and API: what everyone may see, what only auditors may, and what each says when there is nothing."""

import csv
import hashlib
import io
import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from tinhso.proof import commands, merkle, publishing, queries, retention, schedules
from tinhso.proof.audit import SYSTEM, Actor, command, note
from tinhso.proof.models import AuditDetail, AuditRecord, Checkpoint, Countersignature, KeyRole, Leaf, LogKey
from tinhso.proof.notes import Note, Signer, State
from tinhso.proof.tests.recipes import entries, sequenced

pytestmark = pytest.mark.django_db
WRITER = Actor("user:7", "Nguyễn Văn A")


@command("reading.correct")
def correct(*, actor: Actor, value: object = 2) -> None:
    note(target="station:1", before={"value": 1}, after={"value": value, "who": "=cmd"})


@pytest.fixture
def signed_in(client, monkeypatch):
    """Sign in with roles."""

    def sign_in(*roles):
        user = get_user_model().objects.create_user("reader", "secret-word", full_name="Lê Thị C")
        monkeypatch.setattr(get_user_model(), "role_codes", lambda self: set(roles))
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def log(db):
    correct(actor=WRITER)
    made = sequenced(60, 5)
    return made


@pytest.fixture
def auditor_key(db):
    signer = Signer.make("auditor.example")
    commands.register_key(actor=SYSTEM, verifier=str(signer.verifier), owner="auditor", role=KeyRole.AUDITOR)
    return signer


def text_of(response):
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def pages():
    entry = Leaf.objects.order_by("index").last().entry_id
    size = queries.latest_checkpoint().size
    return [
        reverse("proof:log"),
        reverse("proof:log") + "?trang=2",
        reverse("proof:checkpoints"),
        reverse("proof:checkpoint", args=[size]),
        reverse("proof:entry", args=[entry]),
        reverse("proof:keys"),
    ]


def test_an_empty_log_says_so(client):
    assert "chưa có mục nào" in text_of(client.get(reverse("proof:log")))
    assert "Chưa có điểm chốt" in text_of(client.get(reverse("proof:checkpoints")))
    assert "Chưa có khóa nào" in text_of(client.get(reverse("proof:keys")))
    assert client.get(reverse("proof:latest_note")).status_code == 404
    assert client.get("/api/proof/checkpoint").status_code == 404
    assert client.get("/api/proof/entries").json() == {"count": 0, "items": []}


@pytest.mark.both_databases
def test_every_page_opens_for_everyone_in_both_languages(client, log):
    for page in pages():
        for address in (page, f"/en{page}"):
            response = client.get(address)
            assert response.status_code == 200, address
            html = BeautifulSoup(response.content, "html.parser")
            assert len(html.find_all("h1")) == 1
            assert all(table.caption for table in html.find_all("table"))


@pytest.mark.parametrize("name", ["log", "checkpoints", "entry", "checkpoint"])
def test_pages_cost_the_same_however_much_they_list(client, log, django_assert_max_num_queries, name):
    arguments = {"entry": [log[-1].pk], "checkpoint": [queries.latest_checkpoint().size]}.get(name, [])
    with django_assert_max_num_queries(9):
        client.get(reverse(f"proof:{name}", args=arguments))


@pytest.mark.parametrize(
    "path", ["muc/999999/", "muc/99999999999999999999/", "diem-chot/1234567/", "diem-chot/99999999999999999999/"]
)
def test_absent_things_are_not_found(client, log, path):
    assert client.get(f"/so-chung-cu/{path}").status_code == 404


def test_lookup_by_number_and_by_hash(client, log):
    leaf = Leaf.objects.get(index=9)
    for text in ("9", leaf.hash, leaf.hash.upper()):
        response = client.get(reverse("proof:log"), {"tim": text})
        assert response.headers["Location"] == reverse("proof:entry", args=[leaf.entry_id])
    for text in ("99999999999999999999", "x", "0" * 64):
        assert "Không có lá nào" in text_of(client.get(reverse("proof:log"), {"tim": text}))


def test_an_entry_page_shows_what_is_hashed_and_its_proof(client, log):
    html = BeautifulSoup(client.get(reverse("proof:entry", args=[log[20].pk])).content, "html.parser")
    shown = [item.get_text() for item in html.find_all("pre")]
    leaf = Leaf.objects.get(entry=log[20])
    assert hashlib.sha256(b"\0" + shown[1].encode()).hexdigest() == leaf.hash
    path = [bytes.fromhex(item.get_text()) for item in html.select("ol.ts-code li")]
    latest = queries.latest_checkpoint()
    assert merkle.inclusion_holds(bytes.fromhex(leaf.hash), leaf.index, latest.size, path, bytes.fromhex(latest.root))


def test_a_waiting_entry_says_so(client, log):
    waiting = entries(1)[0]
    assert "đang chờ" in text_of(client.get(reverse("proof:entry", args=[waiting.pk])))


def test_who_did_what_is_for_auditors_only(client, log, signed_in):
    entry = AuditRecord.objects.get(verb="reading.correct").entry_id
    address = reverse("proof:entry", args=[entry])
    assert "user:7" not in client.get(address).content.decode()
    assert client.get(f"/api/proof/entries/{entry}").json()["data"] is None
    assert "user:7" in signed_in("auditor").get(address).content.decode()


def test_notes_and_proofs_download_as_text(client, log):
    first, second = Checkpoint.objects.order_by("size")
    note_text = client.get(reverse("proof:checkpoint_note", args=[second.size])).content.decode()
    assert Note.parse(note_text).text == Note.parse(second.note).text
    assert client.get(reverse("proof:latest_note")).content.decode() == note_text
    proof = client.get(reverse("proof:consistency_note", args=[first.size, second.size])).content.decode()
    assert proof == publishing.consistency_text(first.size, second)
    assert client.get(reverse("proof:consistency_note", args=[second.size, first.size])).status_code == 422


def signature_on(checkpoint, signer):
    return str(signer.sign(Note.parse(checkpoint.note).text))


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_registered_key_countersigns_without_an_account(client, log, auditor_key, way):
    latest = queries.latest_checkpoint()
    line = signature_on(latest, auditor_key)

    def send(text):
        if way == "page":
            return client.post(reverse("proof:checkpoint", args=[latest.size]), {"line": text})
        address = f"/api/proof/checkpoints/{latest.size}/countersignatures"
        return client.post(address, {"line": text}, content_type="application/json")

    stranger = signature_on(latest, Signer.make("auditor.example"))
    for wrong in (stranger, "nonsense", line.replace("— ", "- "), line[:-8] + "AAAAAAA=", "— a\0b AAAA"):
        response = send(wrong)
        assert response.status_code in (403, 422)
    assert not Countersignature.objects.exists()
    assert send(line + "\n").status_code == (302 if way == "page" else 200)
    assert Countersignature.objects.get().line == line
    assert AuditRecord.objects.get(verb="proof.countersign").actor_code == "key:auditor.example"
    assert line in client.get("/api/proof/checkpoint").json()["note"]
    assert "auditor.example" in text_of(client.get(reverse("proof:log")))


@pytest.mark.both_databases
def test_the_api_proves_what_it_lists(client, log):
    latest = client.get("/api/proof/checkpoint").json()
    root = bytes.fromhex(latest["root"])
    assert State.parse(Note.parse(latest["note"]).text).root == root
    listed = client.get("/api/proof/entries", {"limit": 7, "offset": 3}).json()
    assert listed["count"] == latest["size"]
    assert [item["index"] for item in listed["items"]] == [latest["size"] - 4 - step for step in range(7)]
    for item in listed["items"]:
        if item["data"] is not None:
            assert hashlib.sha256(b"\0" + item["data"].encode()).hexdigest() == item["leaf_hash"]
        for query in ({"entry": item["id"]}, {"leaf_hash": item["leaf_hash"]}):
            proof = client.get("/api/proof/inclusion", query).json()
            path = [bytes.fromhex(text) for text in proof["path"]]
            leaf = bytes.fromhex(item["leaf_hash"])
            assert merkle.inclusion_holds(leaf, proof["index"], proof["size"], path, root)
    old = client.get("/api/proof/checkpoints").json()["items"][-1]
    proof = client.get("/api/proof/consistency", {"old": old["size"]}).json()
    path = [bytes.fromhex(text) for text in proof["path"]]
    assert merkle.consistency_holds(proof["old"], proof["new"], bytes.fromhex(old["root"]), root, path)
    older = client.get("/api/proof/inclusion", {"entry": log[3].pk, "size": old["size"]}).json()
    assert older["size"] == old["size"]
    assert [key["role"] for key in client.get("/api/proof/keys").json()] == ["log"]


def test_the_api_filters_entries(client, log):
    found = client.get("/api/proof/entries", {"kind": "reading", "subject": "station:4"}).json()
    assert [item["subject"] for item in found["items"]] == ["station:4"]
    assert client.get("/api/proof/entries", {"kind": "nothing"}).json()["count"] == 0


BAD_REQUESTS = [
    ("/api/proof/inclusion", 422),
    ("/api/proof/inclusion?entry=1&leaf_hash=" + "0" * 64, 422),
    ("/api/proof/inclusion?leaf_hash=xyz", 422),
    ("/api/proof/inclusion?entry=99999999999999999999", 422),
    ("/api/proof/inclusion?leaf_hash=" + "0" * 64, 404),
    ("/api/proof/consistency?old=5&new=3", 422),
    ("/api/proof/consistency?old=5&new=999999", 422),
    ("/api/proof/consistency?old=-1", 422),
    ("/api/proof/entries?limit=501", 422),
    ("/api/proof/entries/999999", 404),
    ("/api/proof/checkpoints/3", 404),
    ("/api/proof/audit", 401),
]


@pytest.mark.parametrize(("address", "status"), BAD_REQUESTS)
def test_bad_requests_are_problems(client, log, address, status):
    response = client.get(address)
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("application/problem+json")


class TestKeys:
    def test_only_administrators_register(self, client, log, signed_in):
        line = {"verifier": str(Signer.make("operator.example").verifier), "owner": "VNPT", "role": "operator"}
        assert client.post(reverse("proof:keys"), line).status_code == 403
        assert signed_in("officer").post(reverse("proof:keys"), line).status_code == 403
        assert LogKey.objects.count() == 1

    def test_registering_and_ending(self, client, log, signed_in):
        admin = signed_in("administrator")
        line = {"verifier": str(Signer.make("operator.example").verifier), "owner": "VNPT", "role": "operator"}
        assert admin.post(reverse("proof:keys"), {**line, "verifier": "x"}).status_code == 422
        assert admin.post(reverse("proof:keys"), {**line, "role": "log"}).status_code == 422
        assert admin.post(reverse("proof:keys"), line).status_code == 302
        key = LogKey.objects.get(role="operator")
        assert admin.post(reverse("proof:retire", args=[LogKey.objects.get(role="log").pk])).status_code == 404
        assert admin.get(reverse("proof:retire", args=[key.pk])).status_code == 405
        admin.post(reverse("proof:retire", args=[key.pk]))
        assert "hết hiệu lực" in text_of(admin.get(reverse("proof:keys")))


class TestAudit:
    @pytest.mark.parametrize("name", ["audit", "audit_record", "audit_export"])
    @pytest.mark.parametrize(("roles", "status"), [(None, 302), (("officer",), 403), (("leader", "editor"), 403)])
    def test_closed_to_others(self, client, log, signed_in, name, roles, status):
        if roles is not None:
            signed_in(*roles)
        arguments = [AuditRecord.objects.first().pk] if name == "audit_record" else []
        address = reverse(f"proof:{name}", args=arguments)
        assert client.get(address).status_code == status
        assert client.post(address).status_code == status
        assert not AuditRecord.objects.filter(verb__in=["proof.read_details", "proof.export_audit"]).exists()

    @pytest.mark.both_databases
    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({}, 2),
            ({"actor": "user:7"}, 1),
            ({"actor": "văn"}, 1),
            ({"verb": "reading."}, 1),
            ({"target": "station"}, 1),
            ({"since": "2020-01-01", "until": "2099-01-01"}, 2),
            ({"until": "2020-01-01"}, 0),
            ({"actor": "nobody"}, 0),
        ],
    )
    def test_filters(self, log, signed_in, wanted, found):
        page = signed_in("auditor").get(reverse("proof:audit"), wanted)
        assert page.context["page"].paginator.count == found
        if not found:
            assert "Không có hồ sơ nào" in text_of(page)

    def test_a_wrong_day_is_said(self, log, signed_in):
        page = signed_in("auditor").get(reverse("proof:audit"), {"since": "yesterday"})
        assert page.status_code == 200
        assert page.context["form"].errors.keys() == {"since"}

    def test_reading_values_is_recorded(self, log, signed_in):
        auditor, record = signed_in("auditor"), AuditRecord.objects.get(verb="reading.correct")
        address = reverse("proof:audit_record", args=[record.pk])
        assert "=cmd" not in text_of(auditor.get(address))
        assert not AuditRecord.objects.filter(verb="proof.read_details").exists()
        assert "=cmd" in text_of(auditor.post(address))
        reading = AuditRecord.objects.get(verb="proof.read_details")
        assert reading.target == f"audit:{record.pk}"
        assert reading.actor_name == "Lê Thị C"

    @pytest.mark.both_databases
    def test_erased_values_leave_their_seal(self, log, signed_in):
        record = AuditRecord.objects.get(verb="reading.correct")
        assert commands.erase_details(actor=SYSTEM, before=record.at) == 0
        assert commands.erase_details(actor=SYSTEM, before=timezone.now()) == 2
        assert list(AuditDetail.objects.values_list("record__verb", flat=True)) == ["proof.erase_details"]
        page = signed_in("auditor").post(reverse("proof:audit_record", args=[record.pk]))
        assert "đã được xóa" in text_of(page)
        assert record.detail_hash in text_of(page)

    @pytest.mark.parametrize(("days", "left"), [(0, 1), (30, 0)])
    def test_retention_erases_by_itself_where_it_is_set(self, log, settings, monkeypatch, days, left):
        settings.AUDIT_DETAIL_DAYS = days
        in_a_year = timezone.now() + timedelta(days=365)
        monkeypatch.setattr(retention.timezone, "now", lambda: in_a_year)
        schedules.erase_old_details()
        assert AuditDetail.objects.filter(record__verb="reading.correct").count() == left

    def test_export_is_recorded_and_safe_for_spreadsheets(self, log, signed_in):
        correct(actor=Actor("user:8", "=HYPERLINK(1)"))
        response = signed_in("auditor").post(reverse("proof:audit_export"), {"verb": "reading."})
        rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
        assert [row["actor_name"] for row in rows] == ["Nguyễn Văn A", "'=HYPERLINK(1)"]
        recorded = AuditRecord.objects.get(verb="proof.export_audit")
        assert json.loads(recorded.detail.values)["after"] == {"verb": "reading."}

    def test_a_bad_export_filter_exports_nothing(self, log, signed_in):
        response = signed_in("auditor").post(reverse("proof:audit_export"), {"since": "x"})
        assert response.status_code == 422
        assert not AuditRecord.objects.filter(verb="proof.export_audit").exists()

    def test_the_api_lists_for_auditors(self, log, signed_in):
        listed = signed_in("auditor").get("/api/proof/audit", {"verb": "reading."}).json()
        assert [item["actor_code"] for item in listed["items"]] == ["user:7"]

    def test_the_api_refuses_others(self, log, signed_in):
        assert signed_in("officer").get("/api/proof/audit").status_code == 403
