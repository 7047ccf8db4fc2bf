"""The pages that import units and boundaries: two steps, the way back, and who may."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.files.imports import undo_last_import
from tinhso.files.models import ImportBatch, Upload
from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.places.commands import UNITS
from tinhso.places.models import Unit, UnitGeometry
from tinhso.places.tests.recipes import HEADER, MERGED, TESTER, geojson_file, import_csv, square
from tinhso.places.tests.test_vietnam import small_country

pytestmark = pytest.mark.django_db
UNITS_PAGE, BOUNDARIES_PAGE = "/nhap-lieu/moi/don-vi-hanh-chinh/", "/nhap-lieu/moi/duong-bao/"


@pytest.fixture(autouse=True)
def kept_aside(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def keeper() -> Client:
    return signed_in(someone("programme_province"))


def csv(rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("đơn vị.csv", (HEADER + rows).encode(), "text/csv")


@pytest.mark.parametrize("role", ["citizen", "engineer", "auditor", "editor"])
@pytest.mark.parametrize("page", [UNITS_PAGE, BOUNDARIES_PAGE])
def test_only_those_who_keep_places_may_import_them(page: str, role: str, client: Client) -> None:
    assert client.get(page).status_code == 302
    other = signed_in(someone(role))
    assert other.get(page).status_code == 403
    assert other.post(page, {"file": csv(MERGED), "kind": "csv"}).status_code == 403
    assert not Upload.objects.exists()


def test_units_are_checked_then_written_then_taken_back(keeper: Client) -> None:
    step = keeper.post(UNITS_PAGE, {"file": csv(MERGED), "kind": "csv", "source": "Sở Nội vụ"})
    shown = keeper.get(step.url).content.decode()
    assert "Tệp có thể ghi" in shown and "Liên kết trước sau" in shown and "+ 00001" in shown
    assert not Unit.objects.exists()
    assert keeper.post(step.url).status_code == 302
    assert Unit.objects.count() == 10 and not Upload.objects.exists()
    batch = ImportBatch.objects.get()
    assert batch.source_name == "đơn vị.csv", "the name it was sent under, not the one it was kept under"
    listed = keeper.get(UNITS_PAGE).content.decode()
    assert "đơn vị.csv" in listed and f"/nhap-lieu/{batch.id}/hoan-tac/" in listed
    keeper.post(f"/nhap-lieu/{batch.id}/hoan-tac/")
    assert not Unit.objects.known_at().exists()


def test_the_same_file_again_has_nothing_to_write(keeper: Client, tmp_path: Path) -> None:
    import_csv(tmp_path, MERGED)
    step = keeper.post(UNITS_PAGE, {"file": csv(MERGED), "kind": "csv", "source": "units.csv"})
    page = keeper.get(step.url).content.decode()
    assert "không thay đổi gì" in page and "Giữ nguyên 25 dòng." in page and ">Ghi</button>" not in page


def test_a_faulty_row_is_named_with_its_line(keeper: Client) -> None:
    bad = MERGED.replace("Xã Tây,xa,001,2020-01-01", "Xã Tây,xa,001,hôm qua")
    step = keeper.post(UNITS_PAGE, {"file": csv(bad), "kind": "csv"})
    page = keeper.get(step.url).content.decode()
    assert "hôm qua" in page and "YYYY-MM-DD" in page and "valid_from" in page
    assert keeper.post(step.url).status_code == 422
    assert not Unit.objects.exists()


def test_what_was_typed_beside_a_refused_file_is_kept(keeper: Client) -> None:
    page = keeper.post(
        UNITS_PAGE, {"file": csv(MERGED), "kind": "vietnamadminunits", "provinces": "36, Hà Nam", "source": "Cục X"}
    )
    text = page.content.decode()
    assert page.status_code == 422 and "“Hà” không phải mã tỉnh" in text
    assert 'value="36, Hà Nam"' in text and 'value="Cục X"' in text


def test_a_file_of_the_wrong_kind_can_be_read_anew(keeper: Client) -> None:
    step = keeper.post(UNITS_PAGE, {"file": csv(MERGED), "kind": "vietnamadminunits"})
    page = keeper.get(step.url).content.decode()
    assert "Không thấy dữ liệu của vietnamadminunits" in page and "đơn vị.csv" in page
    again = keeper.post(step.url, {"kind": "csv", "doi": "1"}, follow=True).content.decode()
    assert "Tệp có thể ghi" in again
    refused = keeper.post(step.url, {"kind": "xml", "doi": "1"})
    assert refused.status_code == 422 and "<details" in refused.content.decode()


def test_another_province_from_the_package(keeper: Client, tmp_path: Path) -> None:
    archive = tmp_path / "vietnamadminunits-0.whl"
    folder = small_country(tmp_path)
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("dataset.db", "converter_2025.json"):
            packed.write(folder / "data" / name, f"vietnamadminunits/data/{name}")
    sent = SimpleUploadedFile("vietnamadminunits-0.whl", archive.read_bytes())
    step = keeper.post(UNITS_PAGE, {"file": sent, "kind": "vietnamadminunits"})
    assert "Tệp có thể ghi" in keeper.get(step.url).content.decode()
    keeper.post(step.url)
    assert Unit.objects.exists() and ImportBatch.objects.get().source_name == "vietnamadminunits-0.whl"


def test_boundaries_of_a_day(keeper: Client, tmp_path: Path) -> None:
    import_csv(tmp_path, MERGED)
    shapes = geojson_file(tmp_path, {"00001": square(106.0, 20.0), "99999": square(106.04, 20.0)}).read_bytes()
    sent = SimpleUploadedFile("xã.geojson", shapes)
    step = keeper.post(BOUNDARIES_PAGE, {"file": sent, "valid_on": "2021-12-31"})
    assert "99999" in keeper.get(step.url).content.decode()
    assert keeper.post(step.url).status_code == 422
    keeper.post(step.url, {"valid_on": "2021-12-31", "skip_unknown": "on", "doi": "1"})
    assert keeper.post(step.url).status_code == 302
    assert UnitGeometry.objects.filter(kind="polygon").get().unit_uid.startswith("00001")
    refused = keeper.post(f"/nhap-lieu/{ImportBatch.objects.get(importer=UNITS).id}/hoan-tac/")
    assert refused.status_code == 409, "boundaries rest on these units"


def test_a_broken_file_is_told_by_its_own_name(keeper: Client) -> None:
    step = keeper.post(BOUNDARIES_PAGE, {"file": SimpleUploadedFile("hỏng.geojson", b'{"features": [')})
    page = keeper.get(step.url).content.decode()
    assert "hỏng.geojson" in page and "JSON hỏng" in page
    kept = Upload.objects.get()
    assert page.count(str(kept.uuid)) == page.count(f"/tep/{kept.uuid}"), "the server's own names stay inside"


def test_a_list_of_imports_offers_what_the_reader_may_import(keeper: Client, tmp_path: Path) -> None:
    import_csv(tmp_path, MERGED)
    undo_last_import(actor=TESTER, importer=UNITS)
    page = keeper.get("/nhap-lieu/").content.decode()
    assert UNITS_PAGE in page and BOUNDARIES_PAGE in page and "/moi/mang-cap-quang/" not in page
