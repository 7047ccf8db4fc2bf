"""The commands people type: progress, findings, diff, undo, and a plain refusal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tinhso.places.models import Unit, UnitGeometry
from tinhso.places.tests.recipes import MERGED, csv_file, geojson_file, square
from tinhso.places.tests.test_vietnam import small_country

pytestmark = pytest.mark.django_db


def say(command, *args, **options):
    out, err = StringIO(), StringIO()
    call_command(command, *map(str, args), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_units_are_tried_imported_and_taken_back(tmp_path):
    path = csv_file(tmp_path, MERGED)
    told, _progress = say("import_units", path, "--dry-run")
    assert "+ Xã Đông (00001@2020-01-01)" in told
    assert not Unit.objects.exists()
    assert "Thêm 25, sửa 0, bỏ 0" in say("import_units", path)[0]
    assert "Không có gì thay đổi" in say("import_units", path)[0]
    assert "Đã hoàn tác" in say("import_units", "--undo")[0]
    assert not Unit.objects.known_at().exists()


def test_a_refused_file_lists_every_fault_and_ends_with_an_error(tmp_path):
    path = csv_file(tmp_path, MERGED.replace("xa,001", "bang,001"))
    out = StringIO()
    with pytest.raises(CommandError, match="3 lỗi"):
        call_command("import_units", str(path), stdout=out)
    assert all(f"dòng {number}" in out.getvalue() for number in (4, 5, 6))
    with pytest.raises(CommandError):
        say("import_units", tmp_path / "absent.csv")
    with pytest.raises(CommandError):
        say("import_units")
    with pytest.raises(CommandError):
        say("import_units", "--undo")


def test_a_whole_country_shows_progress_and_doubtful_points(tmp_path):
    told, progress = say("import_units", small_country(tmp_path), "--vietnam", "--province", "01")
    assert "kiểm tra toạ độ" in progress
    assert "Lưu ý: 1" in told


def test_boundaries_are_imported_and_taken_back(tmp_path):
    say("import_units", csv_file(tmp_path, MERGED))
    path = geojson_file(tmp_path, {"00001": square(106.0, 20.0)})
    assert "Thêm 1" in say("import_boundaries", path, "--valid-on", "2021-01-01", "--source", "Sở")[0]
    assert UnitGeometry.objects.get(kind="polygon").source == "Sở"
    say("import_boundaries", "--undo")
    assert not UnitGeometry.objects.known_at().filter(kind="polygon").exists()
