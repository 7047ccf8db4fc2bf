"""A network engineer's walk, by pages alone: a real network, its worst span, two plans, one built and proved."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_signed_in import sign_in
from tests.conftest import ROOT, free_port, tinhso

pytestmark = pytest.mark.browser
FILE = ROOT.parent / "shared/data/network/ofds_public/Niger__Niger_Telecoms.json"
SINCE = "2021-01-04"
FIGURE = "/chi-so/resilience.people_behind_single_span/"
PATIENCE = 60_000


@pytest.fixture
def province(province_folder: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address and folder of a whole province of its own: web, workers, sequencer."""
    var, port = tmp_path / "var", free_port()
    shutil.copytree(province_folder, var)
    served = tinhso(var, "tinhso", "serve", "--port", str(port), stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _attempt in range(150):
        try:
            urllib.request.urlopen(f"{address}/api/proof/keys", timeout=5).read()
            break
        except OSError:
            time.sleep(0.2)
    yield address, var
    served.terminate()
    served.wait(30)


def moved(var: Path) -> tuple[str, bytes]:
    """The name of the busiest node, and the real network as published, its nodes put on communes of the province."""
    package = json.loads(FILE.read_text())
    (network,) = package["networks"]
    with sqlite3.connect(f"file:{var / 'tinhso.sqlite3'}?mode=ro", uri=True) as database:
        spots = database.execute(
            "SELECT lat_e7, lon_e7 FROM places_unit u JOIN places_unitgeometry g ON g.unit_uid = u.uid"
            " WHERE u.level = 3 AND g.kind = 'point' AND u.superseded_at IS NULL AND g.superseded_at IS NULL"
            " AND u.valid_from <= ? AND u.valid_to > ? AND u.code BETWEEN '13624' AND '14104' ORDER BY u.code",
            (SINCE, SINCE),
        ).fetchall()
    for node, (lat, lon) in zip(network["nodes"], spots, strict=False):
        node["location"] = {"type": "Point", "coordinates": [lon / 1e7, lat / 1e7]}
    for span in network["spans"]:
        span.pop("route", None)
    ends = [span[end] for span in network["spans"] for end in ("start", "end")]
    busiest = max(sorted(set(ends)), key=ends.count)
    return next(node["name"] for node in network["nodes"] if node["id"] == busiest), json.dumps(package).encode()


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^{name}")).first.click()


def sealed(page: Page, address: str, name: str) -> bytes:
    """A figure's bundle, which is there once the log has numbered and signed its measurement."""
    link = page.get_by_role("main").get_by_role("link", name=re.compile(f"^{name}")).first
    for _attempt in range(60):
        if link.count():
            answer = page.request.get(f"{address}{link.get_attribute('href')}")
            assert answer.ok, answer.status
            return answer.body()
        time.sleep(0.5)
        page.reload()
    raise AssertionError("the log never took the measurement in")


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def bring_in(page: Page, address: str, core: str, raw: bytes) -> None:
    """Upload the network, look at what it would change, write it, choose its core."""
    page.goto(f"{address}/mang-cap-quang/")
    follow(page, "Nhập tệp")
    page.set_input_files("main [type=file]", {"name": FILE.name, "mimeType": "application/json", "buffer": raw})
    page.fill("main [name=as_of]", SINCE)
    page.locator("main form:has([type=file]) [type=submit]").click()
    expect(page.locator("main")).to_contain_text("Tệp có thể ghi")
    press(page, "Ghi")
    follow(page, "Chọn lõi")
    page.fill("#tim-nut", core)
    press(page, "Tìm")
    page.get_by_role("checkbox", name=core).first.check()
    assert page.input_value("[name=valid_from]") == SINCE, "the first choice begins with the network"
    page.fill("main [name=reason]", "Nút trung tâm của mạng")
    press(page, "Ghi lựa chọn")
    follow(page, "Điểm yếu của mạng")


def cut(page: Page) -> int:
    """Cut the worst span, from the list and on the map; how many people lose the core."""
    worst = page.locator("main tbody tr").first
    column = page.locator("main thead").first.locator("th").all_inner_texts().index("Người")
    told = number(worst.locator("th, td").nth(column).inner_text())
    worst.get_by_role("link").first.click()
    people = page.locator(".ts-stat", has_text="Người").first
    expect(people).to_contain_text(re.compile(r"\d"))
    assert number(people.inner_text()) == told > 0
    here = page.url
    page.locator(".ts-map-wake").click()
    expect(page.locator("[data-ts-idle]")).to_be_attached(timeout=PATIENCE)
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    page.locator(".maplibregl-popup a[href*='neu-dut']").first.click()
    expect(page.locator("fieldset", has_text="Cùng hỏng")).to_be_visible()
    page.goto(here)
    return told


def within_budget(page: Page, seconds: str = "60") -> str:
    page.check("[name=aim][value=most]")
    page.fill("main [name=budget]", "5.000.000.000")
    page.locator("main summary").click()
    page.fill("main [name=time_limit_s]", seconds)
    press(page, "Tính phương án")
    expect(page.locator("#tinh")).to_be_visible()
    return page.url


def ended(page: Page) -> None:
    """The page itself shows the answer once the search is over."""
    expect(page.locator("main")).to_contain_text("Các đợt của phương án", timeout=PATIENCE)
    expect(page.locator("#tinh [role=status]")).to_contain_text("Xong")


def as_built(table: bytes) -> bytes:
    """The survey's table filled in: the first span came out a hundred metres longer."""
    head, first, *rest = table.decode().split("\r\n")
    cells = first.split(",")
    cells[2] = str(int(cells[2]) + 100)
    return "\r\n".join([head, ",".join(cells), *rest]).encode()


@pytest.mark.skipif(not FILE.exists(), reason=f"{FILE.name} is not on this machine")
def test_from_the_worst_span_to_a_public_page_that_proves_its_mending(
    province: tuple[str, Path], tmp_path: Path, reader: Callable
):
    address, var = province
    core, raw = moved(var)
    engineer, officer, leader, operator = (reader().page for _ in range(4))
    sign_in(engineer, address, "kysu")
    bring_in(engineer, address, core, raw)
    told = cut(engineer)

    sign_in(officer, address, "vanphong")
    officer.goto(address + FIGURE)
    press(officer, "Đo lại số này")

    follow(engineer, "lập đường vòng")
    assert engineer.input_value("[name=title]").startswith("Đường vòng cho ")
    bypass = within_budget(engineer)
    ended(engineer)
    assert number(engineer.locator(".ts-stat", has_text="Người được lợi").inner_text()) == told

    engineer.goto(f"{address}/phuong-an/")
    follow(engineer, "Phương án mới")
    engineer.fill("main [name=title]", "Hai đường cho mọi xã")
    engineer.select_option("main [name=network]", label="Niger Telecoms")
    engineer.check("[name=question][value=double]")
    within_budget(engineer, "4")
    press(engineer, "Dừng tính")
    status = engineer.locator("#tinh [role=status]")
    expect(status).to_contain_text("Đã hủy", timeout=PATIENCE)
    engineer.get_by_role("button", name=re.compile("^Tính (tiếp|lại)")).click()
    expect(engineer.locator("#tinh table")).to_contain_text("%", timeout=PATIENCE)
    ended(engineer)
    expect(engineer.locator("svg.ms-chart")).to_be_visible()

    engineer.select_option("#b", index=0)
    press(engineer, "So sánh")
    expect(engineer.locator("main table")).to_contain_text("Cận đã chứng minh")
    expect(engineer.locator("[data-ts-idle]")).to_be_attached(timeout=PATIENCE)

    sign_in(leader, address, "lanhdao")
    leader.goto(bypass)
    follow(leader, "Đợt 1")
    press(leader, "Duyệt đợt này")
    engineer.goto(f"{address}/phuong-an/cong-trinh/")
    follow(engineer, "Đường vòng cho")
    press(engineer, "Ghi khởi công")
    with engineer.expect_download() as table:
        follow(engineer, "Tải bảng khảo sát")
    survey = as_built(table.value.path().read_bytes())
    sign_in(operator, address, "vanphong-vnpt")
    operator.goto(engineer.url)
    operator.set_input_files("#khao_sat_file", {"name": "hoan-cong.csv", "mimeType": "text/csv", "buffer": survey})
    operator.fill("#khao_sat_sha256", hashlib.sha256(survey).hexdigest())
    press(operator, "Nhập khảo sát")
    engineer.reload()
    engineer.select_option("#survey", index=1)
    press(engineer, "Ghi hoàn thành")
    expect(engineer.locator("main")).to_contain_text("theo khảo sát hoan-cong.csv")

    citizen = reader(accept_downloads=True).page
    citizen.goto(address + FIGURE)
    before = citizen.locator(".ms-value").inner_text()
    officer.goto(address + FIGURE)
    press(officer, "Đo lại số này")
    for _attempt in range(40):
        citizen.goto(address + FIGURE)
        if (now := citizen.locator(".ms-value").inner_text()) != before:
            break
        time.sleep(0.5)
    assert now != before, "the figure has not moved"
    bundle = tmp_path / "downloaded.zip"
    bundle.write_bytes(sealed(citizen, address, "Tải gói bằng chứng"))
    proved(bundle, address, tmp_path)


def proved(bundle: Path, address: str, folder: Path) -> None:
    """The verifier finds the bundle true under the log's key, with nothing but Python."""
    with urllib.request.urlopen(f"{address}/api/proof/keys", timeout=10) as answer:
        key = next(key["verifier"] for key in json.load(answer) if key["role"] == "log")
    with zipfile.ZipFile(bundle) as packed:
        source = packed.read(next(name for name in packed.namelist() if name.endswith("verify.py")))
    (folder / "verify.py").write_bytes(source)
    given = folder / "bundle.zip"
    shutil.copy(bundle, given)
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(given), "--key", key, "--recompute"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
