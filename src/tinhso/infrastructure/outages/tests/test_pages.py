"""Pages in both languages: who sees what, what is done about an outage, and what it costs to show."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tinhso.delivery.models import Message
from tinhso.identity.models import Agency
from tinhso.infrastructure.network.models import AgencyConnection
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.commands import promise, set_contact
from tinhso.infrastructure.outages.following import follow
from tinhso.infrastructure.outages.layers import units
from tinhso.infrastructure.outages.models import Contact, FileEvent, MaintenanceWindow, Notice, Outage, Promise, Source
from tinhso.infrastructure.outages.tests.recipes import CUONG, DUNG, alert, drawn, person, province, rfc, send, source
from tinhso.places.tests.recipes import TESTER
from tinhso.proof.audit import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SECRET = ("bc", "cd", "Nút")


@pytest.fixture
def net(db, tmp_path):
    return province(tmp_path)


@pytest.fixture
def nms(net):
    return source(net)[0]


@pytest.fixture
def agency(net):
    Agency.objects.create(
        uid="ubnd-dung", name="UBND xã Dũng", kind="peoples_committee", level="commune", seat_unit_code=DUNG,
        valid_from=date(2016, 1, 1),
    )  # fmt: skip
    AgencyConnection.objects.create(
        network=net, agency_uid="ubnd-dung", node_id="D", basis="thử", valid_from=date(2018, 1, 1)
    )
    return "ubnd-dung"


@pytest.fixture
def cut(nms, agency):
    """An outage of this very hour, still going on."""
    start = timezone.now() - timedelta(minutes=40)
    send(nms, {**alert({"span": "bc"}, 0), "startsAt": rfc(start)}, received=None)
    return Outage.objects.get()


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize(
    "path", ["/su-co/", "/su-co/do-san-sang/", "/su-co/bao-tri/", "/su-co/cam-ket/", "/su-co/?thang=2024-06"]
)
def test_public_pages_open_empty_and_full(client, net, language, path, request):
    assert client.get(language + path).status_code == 200
    request.getfixturevalue("cut")
    answer = client.get(language + path)
    assert answer.status_code == 200
    assert not any(f">{secret}<" in text(answer) for secret in SECRET)


@pytest.mark.parametrize("path", ["/su-co/?thang=x", "/su-co/do-san-sang/?thang=2024-13"])
def test_a_month_that_is_none_is_refused(client, net, path):
    assert client.get(path).status_code == 422


def test_everyone_sees_units_and_nobody_else_sees_elements(client, cut):
    url = f"/su-co/{cut.uid}/"
    shown = text(client.get(url))
    assert "Xã Dũng" in shown or "Dũng Mới" in shown
    assert "ubnd-dung" not in shown and "UBND xã Dũng" not in shown
    assert "Phần tử" not in shown and ">bc<" not in shown
    client.force_login(person("programme_operator"))
    shown = text(client.get(url))
    assert "UBND xã Dũng" in shown and ">bc<" not in shown and "tên công khai" in shown
    client.force_login(person("engineer"))
    assert ">bc<" in text(client.get(url))
    assert ">bc<" in text(client.get("/en" + url))


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/su-co/truc/", {"engineer", "programme_operator", "programme_province"}),
        ("/su-co/co-quan-toi/", {"engineer", "programme_operator", "programme_province", "administrator", "auditor"}),
        ("/su-co/nguon/", {"engineer", "administrator"}),
        ("/su-co/nguon/nms/", {"engineer", "administrator"}),
        ("/su-co/nguon/chua-khop/", {"engineer"}),
        ("/nhap-lieu/moi/su-kien-mang/", {"engineer"}),
        ("/su-co/bao-tri/lap/", {"engineer"}),
        ("/su-co/cam-ket/dat/", {"programme_operator", "programme_province"}),
        ("/su-co/dia-chi/", {"programme_operator", "programme_province"}),
    ],
)
def test_who_may_open_what(client, cut, path, allowed):
    assert client.get(path).status_code == 302
    for role in ("engineer", "programme_operator", "programme_province", "administrator", "citizen", "auditor"):
        client.force_login(person(role))
        assert (client.get(path).status_code == 200) == (role in allowed), role
        assert (client.get("/en" + path).status_code == 200) == (role in allowed), role


def test_from_the_board_to_the_report(client, nms, cut, agency):
    client.force_login(person("engineer"))
    board = text(client.get("/su-co/truc/"))
    assert "quá hạn" in board and cut.code in board
    url = f"/su-co/{cut.uid}"
    assert "chưa có địa chỉ" in text(client.get(url + "/"))
    set_contact(actor=TESTER, agency_uid=agency, email="ubnd.dung@tinh.gov.vn")
    assert client.post(url + "/tell/", {"text": "Đứt cáp, đang hàn nối."}).status_code == 302
    message = Message.objects.get()
    assert message.to == "ubnd.dung@tinh.gov.vn" and cut.code in message.subject
    assert "Đứt cáp" in message.body and "bc" not in message.body.split()
    client.post(url + "/tell/", {"text": ""})
    assert (Message.objects.count(), Notice.objects.count()) == (1, 1)
    assert "quá hạn" not in text(client.get("/su-co/truc/"))
    assert client.post(url + "/close/", {"text": ""}).status_code == 422
    assert client.post(url + "/cause/", {"cause": "x"}).status_code == 422
    client.post(url + "/cause/", {"cause": "works", "text": "máy xúc"})
    client.post(url + "/works/", {"text": "Đội 3 hàn nối"})
    start = rfc(cut.started_at)
    send(nms, {**alert({"span": "bc"}, 0, ends=1), "startsAt": start, "endsAt": rfc(timezone.now())}, received=None)
    client.post(url + "/close/", {"text": ""})
    cut.refresh_from_db()
    assert (cut.state, cut.cause) == (codes.CLOSED, "works")
    assert client.post(url + "/works/", {"text": "x"}).status_code == 422
    client.post(url + "/report/", {"text": "Do thi công đường."})
    report = client.get(url + "/bao-cao.pdf")
    assert report.content.startswith(b"%PDF") and report["Content-Type"] == "application/pdf"
    assert client.get("/en" + url + "/bao-cao.pdf").status_code == 200
    client.post(url + "/reopen/", {"text": "Còn việc"})
    cut.refresh_from_db()
    assert cut.state == codes.RESTORED
    kinds = [entry.kind for entry in cut.entries.all()]
    assert kinds == [
        "opened", "element_down", "told", "cause", "works", "element_up", "restored", "closed", "report", "reopened",
    ]  # fmt: skip


@pytest.mark.parametrize("act", ["cause", "expect", "works", "close", "reopen", "report", "tell"])
def test_only_those_who_handle_outages_act(client, cut, act):
    url = f"/su-co/{cut.uid}/{act}/"
    before = cut.entries.count()
    assert client.post(url, {"text": "x", "cause": "power"}).status_code == 302
    for role in ("citizen", "programme_province", "administrator"):
        client.force_login(person(role))
        assert client.post(url, {"text": "x", "cause": "power"}).status_code == 403
    assert cut.entries.count() == before


def test_maintenance_is_seen_before_it_is_approved_by_another(client, net, agency):
    engineer, operator = person("engineer"), person("programme_operator")
    set_contact(actor=TESTER, agency_uid=agency, email="ubnd.dung@tinh.gov.vn")
    start = (timezone.localtime() + timedelta(days=3)).replace(second=0, microsecond=0)
    given = {
        "network": net.pk, "title": "Thay cáp", "spans": "ka\nbk", "nodes": "", "works": "bí mật",
        "starts_at": f"{start:%Y-%m-%dT%H:%M}", "ends_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    client.force_login(engineer)
    seen = client.post("/su-co/bao-tri/lap/", {**given, "xem": "1"})
    assert "UBND xã Dũng" in text(seen) and not MaintenanceWindow.objects.exists()
    assert client.post("/su-co/bao-tri/lap/", {**given, "spans": "zz"}).status_code == 422
    assert client.post("/su-co/bao-tri/lap/", {**given, "ends_at": given["starts_at"]}).status_code == 422
    client.post("/su-co/bao-tri/lap/", given)
    window = MaintenanceWindow.objects.get()
    assert window.starts_at == start
    url = f"/su-co/bao-tri/{window.uid}/"
    client.logout()
    assert client.get(url).status_code == 404
    client.force_login(engineer)
    assert client.post(url + "duyet/").status_code == 403
    client.force_login(operator)
    assert client.get(url).status_code == 200
    client.post(url + "duyet/")
    window.refresh_from_db()
    assert window.state == codes.APPROVED
    client.post(url + "tell/", {"text": ""})
    assert Notice.objects.get().kind == "maintenance"
    client.logout()
    shown = text(client.get(url))
    assert "Thay cáp" in shown and "bí mật" not in shown and ">ka<" not in shown and "UBND xã Dũng" not in shown
    assert "Thay cáp" in text(client.get("/su-co/"))
    client.force_login(operator)
    assert client.post(url + "cancel/", {"reason": ""}).status_code == 422
    client.post(url + "cancel/", {"reason": "mưa bão"})
    assert [notice.kind for notice in Notice.objects.all()] == ["maintenance", "cancelled"]
    assert Message.objects.count() == 2


def test_nobody_approves_their_own_plan(client, net):
    both = person("programme_operator")
    from tinhso.foundation.errors import Forbidden
    from tinhso.infrastructure.outages.commands import approve_window, plan_maintenance

    start = timezone.now() + timedelta(days=1)
    window = plan_maintenance(
        actor=both.actor(), network=net, title="x", elements=[("span", "ka")], starts_at=start,
        ends_at=start + timedelta(hours=1),
    )  # fmt: skip
    with pytest.raises(Forbidden):
        approve_window(actor=both.actor(), window=window)


def test_a_sender_is_registered_and_its_secrets_shown_once(client, net):
    client.force_login(person("administrator"))
    given = {"network": net.pk, "slug": "nms-1", "name": "NMS", "token": "on", "signed": "on"}
    answer = client.post("/su-co/nguon/", given)
    assert "Chép ngay" in text(answer) and answer["Cache-Control"] == "no-store"
    assert client.post("/su-co/nguon/", given).status_code == 422
    assert client.post("/su-co/nguon/", {**given, "slug": "Có Dấu"}).status_code == 422
    assert client.post("/su-co/nguon/", {"network": net.pk, "slug": "hai", "name": "x"}).status_code == 422
    page = text(client.get("/su-co/nguon/nms-1/"))
    assert "outages.register_source" in page
    assert client.post("/su-co/nguon/nms-1/", {"name": "NMS", "enabled": ""}).status_code == 302
    assert Source.objects.get().enabled is False
    renewed = client.post("/su-co/nguon/nms-1/", {"name": "NMS", "enabled": "on", "new_token": "on"})
    assert "Chép ngay" in text(renewed)


def test_names_are_mended_on_their_page(client, nms):
    send(nms, alert({"link": "LA"}, 0))
    client.force_login(person("engineer"))
    assert ">LA<" in text(client.get("/su-co/nguon/chua-khop/"))
    form = {"network": str(nms.network.uuid), "element_kind": "span", "reported": "LA", "element": "zz"}
    refused = client.post("/su-co/nguon/chua-khop/", form)
    assert refused.status_code == 422 and 'value="zz"' in text(refused)
    assert client.post("/su-co/nguon/chua-khop/", {**form, "network": "x"}).status_code == 404
    client.post("/su-co/nguon/chua-khop/", {**form, "element": "bc"})
    assert Outage.objects.get().impact.units == 2
    assert ">LA<" not in text(client.get("/su-co/nguon/chua-khop/"))


def test_events_from_a_file_on_the_page(client, net, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    client.force_login(person("engineer"))
    page = "/nhap-lieu/moi/su-kien-mang/"

    def upload(content):
        sent = SimpleUploadedFile("e.csv", content.encode())
        return client.post(page, {"network": str(net.uuid), "file": sent}, follow=True)

    head = "element_kind,element,starts_at,ends_at\n"
    row = "span,bc,2024-06-03T09:00:00+07:00,03/06/2024 10:00\n"
    checked = upload(head + row)
    assert checked.status_code == 200 and not FileEvent.objects.exists()
    assert "Lỗi" not in text(checked).split("<main")[-1]
    step = checked.redirect_chain[-1][0]
    assert client.post(step).status_code == 302
    assert Outage.objects.get().state == codes.RESTORED
    bad = upload(head + "cable,bc,hôm qua,\n")
    assert "dòng 2" in text(bad) and "hôm qua" in text(bad) and FileEvent.objects.count() == 1
    assert client.post(page, {"network": "x"}).status_code == 422


def test_promises_and_addresses(client, net, agency):
    client.force_login(person("programme_operator"))
    given = {"subject": "unit", "key": "", "percent": "99,5", "valid_from": "2024-01-01", "basis": "Điều 3"}
    assert client.post("/su-co/cam-ket/dat/", given).status_code == 302
    assert Promise.objects.get().availability == 995_000
    assert client.post("/su-co/cam-ket/dat/", {**given, "percent": "101"}).status_code == 422
    assert client.post("/su-co/cam-ket/dat/", {**given, "key": "zz"}).status_code == 422
    client.logout()
    assert "99,5%" in text(client.get("/su-co/cam-ket/"))
    client.force_login(person("programme_province"))
    assert client.post("/su-co/dia-chi/", {"agency": agency, "email": "x"}).status_code == 422
    client.post("/su-co/dia-chi/", {"agency": agency, "email": "ubnd@tinh.gov.vn"})
    assert client.post("/su-co/dia-chi/", {"agency": "không có", "email": "a@b.vn"}).status_code == 422
    client.post("/su-co/dia-chi/", {"drop": Contact.objects.get().pk})
    assert not Contact.objects.known_at().exists()
    assert client.post("/su-co/dia-chi/", {"drop": "x"}).status_code == 404


def test_a_place_tells_of_its_outages(client, cut):
    promise(actor=TESTER, subject="unit", key="", availability=999_999, valid_from=date(2024, 1, 1), basis="x")
    shown = text(client.get("/dia-ban/00014/"))
    assert "đang mất kết nối" in shown and cut.code in shown
    assert "Sự cố mạng" not in text(client.get("/dia-ban/01/")).split("<main")[-1]


def test_another_network_keeps_a_unit_until_it_is_cut_there_too(client, net, nms):
    second = drawn("mc=M-C", {"C": CUONG}, core="M", uuid="7b1f0f0e-0000-4000-8000-00000000000b", name="Mạng hai")
    start = timezone.now() - timedelta(minutes=40)
    send(nms, {**alert({"span": "bc"}, 0), "startsAt": rfc(start)}, received=None)
    page, place = f"/su-co/{Outage.objects.get().uid}/", "/dia-ban/00013/"
    shown = client.get(page)
    assert [name for name, _url in shown.context["units"]] == ["Xã Dũng Mới"]
    assert [name for name, _url in shown.context["kept_units"]] == ["Xã Cường Mới"]
    assert "Còn mạng khác phục vụ" in text(shown)
    whole = client.get("/su-co/")
    names = [[name for name, _url in whole.context[key]] for key in ("units_now", "kept_now")]
    assert names == [["Xã Dũng Mới"], ["Xã Cường Mới"]]
    assert [row[2:] for row in whole.context["rows"]] == [(2, 1)] and "Đơn vị còn mạng khác" in text(whole)
    assert "Units another network served" in text(client.get("/en/su-co/"))
    (told,) = client.get("/api/outages/outages").json()["items"]
    assert (told["units"], told["still_units"], told["still_agencies"]) == (["00013", "00014"], ["00013"], 0)
    assert client.get(f"/api/outages/outages/{told['uid']}").json() == told
    titles = [one["properties"]["title"] for one in units(timezone.localdate(), None)["features"]]
    assert "Xã Cường Mới: Một mạng gián đoạn, còn mạng khác phục vụ" in titles
    assert "một mạng gián đoạn, còn mạng khác phục vụ" in text(client.get(place))
    send(source(second, "hai")[0], {**alert({"span": "mc"}, 0), "startsAt": rfc(timezone.now())}, received=None)
    assert client.get(page).context["kept_units"] == []
    assert "đang mất kết nối" in text(client.get(place))
    whole = client.get("/su-co/")
    assert [name for name, _url in whole.context["kept_now"]] == []
    assert [row[3] for row in whole.context["rows"]] == [0, 0] and "Đơn vị còn mạng khác" not in text(whole)


def test_the_map_layer_is_by_unit(client, cut):
    found = client.get("/ban-do/lop/outages.units.json")
    features = units(timezone.localdate(), None)["features"] if found.status_code == 404 else found.json()["features"]
    states = {one["properties"]["title"].split(":")[0]: one["properties"]["class"] for one in features}
    assert sorted(states.values()) == ["down", "down", "up"]


def test_lists_cost_the_same_for_many(client, nms, agency, monkeypatch):
    # What was counted serves five minutes by the clock; the test must not straddle two of them.
    until = timezone.now()
    monkeypatch.setattr("tinhso.infrastructure.outages.months._now", lambda month: until)
    client.force_login(person("engineer"))
    drawn("mc=M-C", {"C": CUONG}, core="M", uuid="7b1f0f0e-0000-4000-8000-00000000000b", name="Mạng hai")
    costs = []
    for count in (1, 12):
        now = timezone.now()
        for index in range(count):
            start = now - timedelta(days=2, minutes=40 * (index + count))
            ends = start + timedelta(minutes=5)
            send(
                nms,
                {**alert({"span": "bc"}, 0, ends=1), "startsAt": rfc(start), "endsAt": rfc(ends)},
                received=None,
                following=False,
            )
        follow(actor=SYSTEM, network=nms.network)
        cost = []
        for path in ("/su-co/", "/su-co/truc/", "/su-co/do-san-sang/", "/api/outages/outages"):
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as counted:
                assert client.get(path).status_code == 200
            cost.append(len(counted))
        costs.append(cost)
    assert costs[0] == costs[1]
    assert max(costs[1]) <= 40
