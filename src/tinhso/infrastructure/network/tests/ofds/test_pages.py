"""Who sees what, and the two steps of an import, in pages and in the API."""

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tinhso.files import uploads
from tinhso.files.models import Upload
from tinhso.files.tasks import read_upload
from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.infrastructure.network.commands import import_ofds
from tinhso.infrastructure.network.models import Network, Node
from tinhso.infrastructure.network.ofds.csvtables import to_csv
from tinhso.infrastructure.network.ofds.formats import FORMATS
from tinhso.infrastructure.network.tests.ofds.recipes import NETWORK, network, node, package, raw, span
from tinhso.infrastructure.network.tests.ofds.test_tables import zipped
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
API = "/api/infrastructure"
UPLOAD = "/nhap-lieu/moi/mang-cap-quang/"
ROLES = ["citizen", "officer", "leader", "administrator", "programme_operator", "auditor", "editor"]


@pytest.fixture(autouse=True)
def kept_aside(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def client_of(role: str) -> Client:
    return signed_in(someone(role))


@pytest.fixture
def engineer() -> Client:
    return client_of("engineer")


@pytest.fixture
def read_network() -> Network:
    import_ofds(actor=SYSTEM, raw=raw(package()), source_name="một.json", as_of=date(2020, 1, 1))
    return Network.objects.get()


def file_of(value: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("mạng.json", value if isinstance(value, bytes) else raw(value), "application/json")


def test_everyone_sees_networks_and_counts(client: Client, read_network: Network) -> None:
    assert read_network.name in client.get(reverse("infrastructure:networks")).content.decode()
    page = client.get(reverse("infrastructure:network", args=[read_network.uuid]), {"ngay": "2020-06-01"})
    text = page.content.decode()
    assert "Đang hoạt động" in text
    assert "một.json" not in text
    early = client.get(reverse("infrastructure:network", args=[read_network.uuid]), {"ngay": "2019-06-01"})
    assert "Không có dữ liệu của mạng này" in early.content.decode()


def test_empty_list_says_what_to_do(client: Client) -> None:
    assert "import_ofds" in client.get(reverse("infrastructure:networks")).content.decode()


def test_as_known_at_an_earlier_day_nothing_was_known(client: Client, read_network: Network) -> None:
    page = client.get(reverse("infrastructure:network", args=[read_network.uuid]), {"biet": "2019-06-01"})
    assert "Chưa có hiện trạng nào" in page.content.decode()
    assert (
        client.get(reverse("infrastructure:network", args=[read_network.uuid]), {"ngay": "hôm qua"}).status_code == 422
    )


def test_lists_cost_the_same_for_many(client: Client, django_assert_max_num_queries: Any) -> None:
    for index in range(30):
        one = network(id=f"7e76ad41-4a52-426f-8d1a-7329b51340{index:02}", name=f"M{index}")
        import_ofds(actor=SYSTEM, raw=raw(package(one)), source_name="m", as_of=date(2020, 1, 1))
    with django_assert_max_num_queries(6):
        client.get(reverse("infrastructure:networks"))
    # The page's own reads, and those of the panel that says where its nodes lie.
    with django_assert_max_num_queries(28):
        client.get(reverse("infrastructure:network", args=[Network.objects.first().uuid]))


@pytest.mark.parametrize("path", ["nodes", "spans", "ofds"])
def test_exact_elements_are_the_engineers_alone(
    client: Client, engineer: Client, read_network: Network, path: str
) -> None:
    address = f"{API}/networks/{read_network.uuid}/{path}"
    assert client.get(address).status_code == 401
    assert {client_of(role).get(address).status_code for role in ROLES} == {403}
    assert engineer.get(address).status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_imports_are_the_engineers_alone(role: str) -> None:
    other = client_of(role)
    assert other.get(UPLOAD).status_code == 403
    assert other.post(f"{API}/imports", {"file": file_of(package())}).status_code == 403
    assert not Network.objects.exists()


def test_upload_needs_signing_in(client: Client) -> None:
    assert client.get(UPLOAD).status_code == 302
    assert client.post(f"{API}/imports", {"file": file_of(package())}).status_code == 401


def test_two_steps(engineer: Client) -> None:
    step = engineer.post(UPLOAD, {"file": file_of(package()), "as_of": "2020-01-01"})
    assert step.status_code == 302
    page = engineer.get(step.url)
    assert "Tệp có thể ghi" in page.content.decode()
    assert not Node.objects.exists()
    done = engineer.post(step.url)
    assert done.status_code == 302
    assert done.url.startswith(reverse("infrastructure:network", args=[NETWORK]))
    assert Node.objects.count() == 2
    assert not Upload.objects.exists()
    assert "Hoàn tác lần nhập này" in engineer.get(UPLOAD).content.decode()


def test_repairs_are_offered_then_made(engineer: Client) -> None:
    value = package(network(id="UFINET-PA", spans=[span("ab", "a", "b", status="open")]))
    step = engineer.post(UPLOAD, {"file": file_of(value)})
    refused = engineer.get(step.url).content.decode()
    assert "/networks/0/id" in refused
    assert "Sửa những gì sửa được" in refused
    assert engineer.post(step.url).status_code == 422
    assert not Node.objects.exists()
    assert '<input type="hidden" name="repair" value="on">' in refused
    again = engineer.post(step.url, {"repair": "on", "doi": "1"}, follow=True)
    assert "Đã sửa" in again.content.decode()
    engineer.post(step.url)
    assert Node.objects.count() == 2


@pytest.mark.parametrize("bad", [b"{", b'{"networks": NaN}', b"\xff", b"[]", raw(network(id="x"))])
def test_broken_files_are_explained(engineer: Client, bad: bytes) -> None:
    step = engineer.post(UPLOAD, {"file": file_of(bad)})
    page = engineer.get(step.url)
    assert page.status_code in {200, 422}
    assert "ds-alert" in page.content.decode()
    assert not Network.objects.exists()


def test_dropping_a_file_forgets_it(engineer: Client) -> None:
    step = engineer.post(UPLOAD, {"file": file_of(package())})
    engineer.post(step.url, {"bo": "1"})
    assert not Upload.objects.exists()
    assert engineer.get(step.url).status_code == 404


def test_a_kept_file_is_its_owners_and_a_day_old_at_most(engineer: Client) -> None:
    step = engineer.post(UPLOAD, {"file": file_of(package())})
    assert client_of("engineer").get(step.url).status_code == 404
    Upload.objects.update(at=timezone.now() - timedelta(days=2))
    engineer.post(UPLOAD, {"file": file_of(package())})
    assert engineer.get(step.url).status_code == 404
    assert len(list(uploads.path_of(Upload.objects.get()).parent.iterdir())) == 1


def test_too_large_for_the_web_is_sent_to_the_command_line(engineer: Client, settings: Any) -> None:
    settings.OFDS_MAX_MB = settings.OFDS_MAX_UPLOAD_MB = 0
    page = engineer.post(UPLOAD, {"file": file_of(package()), "as_of": "2020-01-01"})
    assert page.status_code == 422
    assert "import_ofds" in page.content.decode()
    assert "file ·" not in page.content.decode()
    assert 'value="2020-01-01"' in page.content.decode(), "what was typed is kept"
    assert not Upload.objects.exists()
    assert engineer.post(f"{API}/imports", {"file": file_of(package())}).status_code == 413


def worked() -> None:
    """Run what waits for the worker, in this process: the worker itself closes connections, PostgreSQL's for good."""
    for row in DBTaskResult.objects.filter(queue_name="long", task_path__endswith="read_upload"):
        read_upload.func(**row.args_kwargs["kwargs"])
        row.delete()


@pytest.fixture
def large(settings: Any) -> None:
    """Any file is too large for a request."""
    settings.OFDS_MAX_UPLOAD_MB = 0


@pytest.mark.both_databases
def test_a_large_file_is_checked_and_applied_by_the_worker(engineer: Client, large: None) -> None:
    step = engineer.post(UPLOAD, {"file": file_of(package()), "as_of": "2020-01-01"})
    waiting = engineer.get(step.url).content.decode()
    assert "đang chờ tới lượt" in waiting and 'hx-trigger="every 3s"' in waiting
    assert engineer.post(step.url).status_code == 409, "neither applied nor dropped while it waits"
    assert engineer.post(step.url, {"bo": "1"}).status_code == 409
    worked()
    assert "Tệp có thể ghi" in engineer.get(step.url).content.decode()
    assert not Node.objects.exists()
    assert engineer.post(step.url).status_code == 302
    worked()
    done = engineer.get(step.url).content.decode()
    assert "Đã ghi." in done and reverse("infrastructure:network", args=[NETWORK]) in done
    assert Node.objects.count() == 2
    engineer.post(step.url, {"bo": "1"})
    assert not Upload.objects.exists()


def test_what_the_worker_finds_is_told_in_the_readers_language(engineer: Client, large: None) -> None:
    value = package(network(nodes=[node("a", 106, 95), node("b")], spans=[span("ab", "a", "z")]))
    step = engineer.post(f"/en{UPLOAD}", {"file": file_of(value)})
    worked()
    page = engineer.get(step.url).content.decode()
    assert "/networks/0/spans/0/end" in page and "The file has errors" in page
    assert engineer.post(step.url).status_code == 302
    worked()
    assert not Network.objects.exists()
    assert "/networks/0/spans/0/end" in engineer.get(step.url).content.decode()


def test_a_reader_that_breaks_leaves_no_file_waiting(
    engineer: Client, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = engineer.post(UPLOAD, {"file": file_of(package())})
    monkeypatch.setattr("tinhso.infrastructure.network.uploads.import_ofds", None)
    worked()
    assert "gặp lỗi khi đọc tệp này" in engineer.get(step.url).content.decode()
    assert engineer.post(step.url, {"bo": "1"}).status_code == 302


def test_api_dry_run_import_and_export(engineer: Client) -> None:
    asked = {"as_of": "2020-01-01", "dry_run": "true"}
    dry = engineer.post(f"{API}/imports", {"file": file_of(package()), **asked}).json()
    assert dry["import_id"] is None
    assert dry["changes"][0]["counts"]["nodes"]["added"] == 2
    assert not Node.objects.exists()
    made = engineer.post(f"{API}/imports", {"file": file_of(package()), "as_of": "2020-01-01"}).json()
    assert made["import_id"]
    told = engineer.get(f"{API}/networks/{NETWORK}", {"as_of": "2020-06-01"}).json()
    assert (told["nodes"], told["spans"], told["statuses"][0]["status"]) == (2, 1, "operational")
    out = b"".join(engineer.get(f"{API}/networks/{NETWORK}/ofds", {"as_of": "2020-06-01"}).streaming_content)
    assert json.loads(out) == package()
    shown = engineer.get(f"{API}/networks/{NETWORK}/nodes", {"as_of": "2020-06-01", "limit": 1}).json()
    assert shown["count"] == 2
    assert shown["items"][0]["lat_e7"] == 204200000
    geo = b"".join(
        engineer.get(f"{API}/networks/{NETWORK}/ofds", {"as_of": "2020-06-01", "format": "geojson"}).streaming_content
    )
    assert len(json.loads(geo)["features"]) == 3


def test_api_refusal_carries_every_finding(engineer: Client) -> None:
    value = package(network(nodes=[node("a", 106, 95), node("b")], spans=[span("ab", "a", "z")]))
    refused = engineer.post(f"{API}/imports", {"file": file_of(value)})
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    places = {item["place"] for item in refused.json()["findings"]}
    assert {"/networks/0/spans/0/end", "/networks/0/nodes/0/location/coordinates"} <= places


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_goes_out_and_comes_back(engineer: Client, read_network: Network, form: str) -> None:
    answer = engineer.get(f"{API}/networks/{NETWORK}/ofds", {"as_of": "2020-06-01", "format": form})
    suffix, kind = FORMATS[form]
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'attachment; filename="{NETWORK}-2020-06-01.{suffix}"'
    out = b"".join(answer.streaming_content)
    again = engineer.post(f"{API}/imports", {"file": file_of(out), "as_of": "2020-01-01", "dry_run": "true"}).json()
    assert {key for counts in again["changes"][0]["counts"].values() for key, n in counts.items() if n} == {"unchanged"}
    page = engineer.get(reverse("infrastructure:network", args=[NETWORK]), {"ngay": "2020-06-01"}).content.decode()
    assert f"as_of=2020-06-01&amp;format={form}" in page


@pytest.mark.parametrize("form", ["csv", "gpkg"])
def test_a_day_without_a_state_is_no_file(engineer: Client, read_network: Network, form: str) -> None:
    answer = engineer.get(f"{API}/networks/{NETWORK}/ofds", {"as_of": "2019-06-01", "format": form})
    assert (answer.status_code, answer.json()["place"]) == (404, "as_of")
    assert client_of("officer").get(f"{API}/networks/{NETWORK}/ofds", {"format": form}).status_code == 403


def test_tables_are_checked_and_applied_in_two_steps(engineer: Client) -> None:
    bad = zipped({"networks.csv": b"id,name\n1,x\n", "nodes.csv": b"id,nodes/0/location\n1,x\n"})
    sent = engineer.post(UPLOAD, {"file": SimpleUploadedFile("m.zip", bad)})
    assert "nodes.csv, dòng 2, cột nodes/0/location" in engineer.get(sent.url).content.decode()
    sent = engineer.post(UPLOAD, {"file": SimpleUploadedFile("m.zip", to_csv(package())), "as_of": "2020-01-01"})
    assert engineer.post(sent.url).status_code == 302
    assert Node.objects.count() == 2


def test_the_web_unpacks_no_more_than_it_takes(engineer: Client, settings: Any) -> None:
    settings.OFDS_MAX_UPLOAD_MB = 1
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("networks.csv", b"id\n" + b"0" * 2_000_000)
    refused = engineer.post(f"{API}/imports", {"file": file_of(bomb.getvalue())})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:tinhso:too-large")


def test_pages_speak_english(client: Client, read_network: Network) -> None:
    assert "Operational" in client.get(f"/en/mang-cap-quang/{NETWORK}/").content.decode()
