"""When service is expected back: said by the operator, seen by everyone, gone once it is back; and what an agency's own
people see."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tinhso.delivery.models import Message
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity.commands import create_token
from tinhso.identity.models import Agency
from tinhso.identity.models.people import RoleGrant
from tinhso.infrastructure.network.models import AgencyConnection
from tinhso.infrastructure.outages import codes, commands
from tinhso.infrastructure.outages.layers import units
from tinhso.infrastructure.outages.models import Outage
from tinhso.infrastructure.outages.tests.recipes import DUNG, alert, person, province, rfc, send, source
from tinhso.places.tests.recipes import TESTER

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AGENCY = "ubnd-dung"


@pytest.fixture
def net(db, tmp_path):
    found = province(tmp_path)
    Agency.objects.create(
        uid=AGENCY, name="UBND xã Dũng", kind="peoples_committee", level="commune", seat_unit_code=DUNG,
        valid_from=date(2016, 1, 1),
    )  # fmt: skip
    AgencyConnection.objects.create(
        network=found, agency_uid=AGENCY, node_id="D", basis="thử", valid_from=date(2018, 1, 1)
    )
    return found


@pytest.fixture
def nms(net):
    return source(net)[0]


@pytest.fixture
def started():
    return timezone.now() - timedelta(minutes=40)


@pytest.fixture
def cut(nms, started):
    send(nms, {**alert({"span": "bc"}, 0), "startsAt": rfc(started)}, received=None)
    return Outage.objects.get()


def soon(**more):
    return (timezone.localtime() + timedelta(**more)).replace(second=0, microsecond=0)


def test_everyone_sees_when_service_is_expected_back(client, cut):
    pages = ["/su-co/", f"/su-co/{cut.uid}/", "/dia-ban/00014/"]
    for page in pages:
        assert "chưa biết khi nào có lại" in client.get(page).content.decode(), page
    at = soon(hours=3)
    client.force_login(person("engineer"))
    given = {"expected_at": f"{at:%Y-%m-%dT%H:%M}", "text": "chờ vật tư ở kho bí mật"}
    assert client.post(f"/su-co/{cut.uid}/expect/", given).status_code == 302
    client.logout()
    for page in pages:
        shown = client.get(page).content.decode()
        assert f"dự kiến có lại lúc {at:%H:%M %d/%m/%Y}" in shown and "bí mật" not in shown, page
        assert f"expected back at {at:%H:%M %d/%m/%Y}" in client.get("/en" + page).content.decode(), page
    titles = [one["properties"]["title"] for one in units(timezone.localdate(), None)["features"]]
    assert sum(f"{at:%H:%M}" in title for title in titles) == 2
    told = client.get(f"/api/outages/outages/{cut.uid}").json()
    assert told["expected_at"] is not None


def test_a_time_that_passed_is_said_to_have_passed(client, cut):
    Outage.objects.update(expected_at=timezone.now() - timedelta(minutes=1))
    assert "đã quá giờ dự kiến" in client.get("/su-co/").content.decode()


@pytest.mark.parametrize("late", [timedelta(minutes=-1), timedelta(days=31)])
def test_a_time_that_cannot_be_meant_is_refused_and_kept_in_the_form(client, cut, late):
    with pytest.raises(Invalid):
        commands.expect_back(actor=TESTER, outage=cut, at=timezone.now() + late)
    client.force_login(person("engineer"))
    at = timezone.localtime() + late
    answer = client.post(f"/su-co/{cut.uid}/expect/", {"expected_at": f"{at:%Y-%m-%dT%H:%M}", "text": "đội ba"})
    assert answer.status_code == 422 and "đội ba" in answer.content.decode()
    assert Outage.objects.get().expected_at is None


def test_the_last_word_counts_and_all_stay_in_the_history(nms, cut, started):
    first, second = soon(hours=1), soon(hours=2)
    for at in (first, first, second, None, second):
        commands.expect_back(actor=TESTER, outage=cut, at=at)
    assert cut.entries.filter(kind=codes.EXPECTED).count() == 4
    cut.refresh_from_db()
    assert cut.expected_at == second
    back = {**alert({"span": "bc"}, 0, ends=1), "startsAt": rfc(started), "endsAt": rfc(timezone.now())}
    send(nms, back, received=None)
    cut.refresh_from_db()
    assert (cut.state, cut.expected_at) == (codes.RESTORED, None)
    with pytest.raises(Conflict):
        commands.expect_back(actor=TESTER, outage=cut, at=second)


def test_agencies_are_told_the_time_with_the_outage(cut):
    commands.set_contact(actor=TESTER, agency_uid=AGENCY, email="ubnd.dung@tinh.gov.vn")
    at = soon(hours=2)
    commands.expect_back(actor=TESTER, outage=cut, at=at)
    commands.tell_outage(actor=TESTER, outage=cut)
    body = Message.objects.get().body
    assert f"Dự kiến có lại lúc {at:%H:%M %d/%m/%Y}" in body and "expected back at" in body


def test_the_api_says_it_too(client, cut):
    user = person("engineer")
    _kept, secret = create_token(actor=user.actor(), user=user, name="m", roles=["engineer"], days=5)
    head = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    url = f"/api/outages/outages/{cut.uid}/entries"
    given = {"kind": "expected", "expected_at": soon(hours=2).isoformat()}
    assert client.post(url, given, content_type="application/json", **head).status_code == 200
    assert Outage.objects.get().expected_at == soon(hours=2)
    naive = {"kind": "expected", "expected_at": "2030-01-01T00:00:00"}
    assert client.post(url, naive, content_type="application/json", **head).status_code == 422


def test_an_officer_sees_what_concerns_their_agency_and_no_element(client, net, cut):
    commands.set_contact(actor=TESTER, agency_uid=AGENCY, email="ubnd.dung@tinh.gov.vn")
    commands.set_contact(actor=TESTER, agency_uid=AGENCY, email="vanthu.dung@tinh.gov.vn")
    commands.tell_outage(actor=TESTER, outage=cut)
    window = commands.plan_maintenance(
        actor=TESTER, network=net, title="Thay cáp", elements=[("span", "cd")], starts_at=soon(days=2),
        ends_at=soon(days=2, hours=1),
    )  # fmt: skip
    commands.approve_window(actor=person("programme_operator").actor(), window=window)
    officer = person("officer")
    client.force_login(officer)
    empty = client.get("/su-co/co-quan-toi/")
    assert "không gắn với cơ quan nào" in empty.content.decode() and cut.code not in empty.content.decode()
    RoleGrant.objects.filter(user=officer).update(agency_uid=AGENCY)
    answer = client.get("/su-co/co-quan-toi/")
    shown = answer.content.decode()
    assert cut.code in shown and "UBND xã Dũng" in shown and len(answer.context["notices"]) == 1
    assert ">bc<" not in shown and "hộp thư nhận tin báo" not in shown
    # Both cuts together take nobody more than the one that goes on already does.
    assert answer.context["windows"] == []
    Outage.objects.all().update(state=codes.RESTORED, ended_at=timezone.now(), expected_at=None)
    assert [one.pk for one in client.get("/su-co/co-quan-toi/").context["windows"]] == [window.pk]
    assert client.get("/en/su-co/co-quan-toi/").status_code == 200
    assert client.get(f"/su-co/{cut.uid}/").status_code == 200
    RoleGrant.objects.filter(user=officer).update(agency_uid="nơi-khác")
    assert cut.code not in client.get("/su-co/co-quan-toi/").content.decode()


def test_the_list_of_a_month_may_be_of_one_unit(client, cut):
    code = cut.impact.affected.filter(kind=codes.UNIT).first().key
    here = client.get("/su-co/", {"don-vi": code})
    assert [row[0].pk for row in here.context["rows"]] == [cut.pk] and "Bỏ lọc" in here.content.decode()
    assert client.get("/su-co/", {"don-vi": "99999"}).context["rows"] == []
