"""The operator's pages: choose the core, record and end lines to agencies."""

from datetime import date

import pytest

from tinhso.identity.tests.recipes import agency, signed_in, someone
from tinhso.infrastructure.network.models import AgencyConnection, CoreChoice, Node
from tinhso.infrastructure.network.queries import network_at
from tinhso.infrastructure.network.tests.coverage_recipes import network, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def net(db):
    made = network()
    write(made, [{"id": "A"}, {"id": "B"}], since=date(2020, 1, 1))
    return made


@pytest.fixture(params=["engineer", "programme_operator"])
def keeper(request, db):
    return signed_in(someone(request.param))


@pytest.mark.parametrize("role", ["citizen", "leader", "programme_province", "editor"])
@pytest.mark.parametrize("page", ["loi", "co-quan"])
def test_other_roles_are_refused(net, role, page):
    client = signed_in(someone(role))
    address = f"/mang-cap-quang/{net.uuid}/{page}/"
    assert client.get(address).status_code == 403
    assert client.post(address, {"nodes": "A", "valid_from": "2020-06-01", "reason": "x"}).status_code == 403
    assert not CoreChoice.objects.exists()


def test_choosing_the_core_keeps_who_and_why(net, keeper):
    address = f"/mang-cap-quang/{net.uuid}/loi/"
    assert "Chưa chọn lõi" in keeper.get(address).content.decode()
    answer = keeper.post(
        address, {"nodes": ["B", "A"], "valid_from": "2020-06-01", "reason": "hai trạm trung tâm"}, follow=True
    )
    text = answer.content.decode()
    assert "hai trạm trung tâm" in text
    assert "2 nút lõi" in text
    choice = CoreChoice.objects.get()
    assert (choice.nodes, choice.chosen_by_name[:5]) == ('["A","B"]', "Người")


def test_pages_say_which_chosen_nodes_are_not_in_service(net, keeper):
    address = f"/mang-cap-quang/{net.uuid}/"
    given = {"nodes": ["B", "A"], "valid_from": "2020-06-01", "reason": "hai trạm trung tâm"}
    shown = keeper.post(f"{address}loi/", given, follow=True).content.decode()
    assert "nút đã chọn không hoạt động" not in shown
    Node.objects.filter(network=net, element_id="A").update(status="decommissioned")
    for page in (address, f"{address}loi/"):
        assert "1 nút đã chọn không hoạt động ngày" in keeper.get(page).content.decode()
        assert "1 node chosen is not in service on" in keeper.get(f"/en{page}").content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"nodes": ["A", "Z"], "valid_from": "2020-06-01", "reason": "vì"}, "Z"),
        ({"valid_from": "2020-06-01", "reason": "vì"}, "Chọn ít nhất một nút lõi"),
        ({"nodes": "A", "valid_from": "hôm nay", "reason": "vì"}, "valid_from"),
        ({"nodes": "A", "valid_from": "2020-06-01", "reason": ""}, "reason"),
    ],
)
def test_a_wrong_choice_is_told_beside_its_field(net, given, said):
    answer = signed_in(someone("engineer")).post(f"/mang-cap-quang/{net.uuid}/loi/", given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CoreChoice.objects.exists()


def test_what_was_ticked_and_typed_is_kept_when_refused(net):
    given = {"nodes": ["A", "B"], "valid_from": "2019-06-01", "reason": "căn cứ dài", "tim": "b"}
    answer = signed_in(someone("engineer")).post(f"/mang-cap-quang/{net.uuid}/loi/", given).content.decode()
    assert answer.count(" checked>") == 2 and 'value="căn cứ dài"' in answer and 'value="2019-06-01"' in answer


def test_nodes_are_found_by_name_and_what_was_chosen_is_kept(net):
    write(
        net, [{"id": f"n{number}", "name": f"Trạm Giao Thủy {number}"} for number in range(60)], since=date(2021, 1, 1)
    )
    client, address = signed_in(someone("engineer")), f"/mang-cap-quang/{net.uuid}/loi/"
    found = client.get(address, {"tim": "giao thuy 5", "nodes": ["A"], "valid_from": "2021-06-01", "reason": "vì"})
    text = found.content.decode()
    assert text.count(" checked>") == 1 and 'value="A" id="chon-1"' in text
    assert "Trạm Giao Thủy 59" in text and "Trạm Giao Thủy 48" not in text
    assert 'value="vì"' in text and "csrfmiddlewaretoken" in text
    assert "Hiện 50 nút đầu trong 62" in client.get(address, {"valid_from": "2021-06-01"}).content.decode()
    assert "Giao Thủy" not in client.get(address, {"valid_from": "2020-06-01", "tim": "giao"}).content.decode()
    assert "Không có nút nào khớp" in client.get(address, {"tim": "zzz"}).content.decode()


def test_searching_many_nodes_costs_few_queries(net, django_assert_max_num_queries):
    write(net, [{"id": f"n{number}", "name": "Trạm"} for number in range(300)], since=date(2021, 1, 1))
    client = signed_in(someone("engineer"))
    with django_assert_max_num_queries(16):
        client.get(f"/mang-cap-quang/{net.uuid}/loi/", {"tim": "tram"})


def test_who_may_not_see_exact_routes_finds_a_node_only_by_its_whole_identifier(net):
    write(net, [{"id": "bí-mật-1", "name": "Trạm Giao Thủy"}], since=date(2020, 1, 1))
    client, address = signed_in(someone("programme_operator")), f"/mang-cap-quang/{net.uuid}/loi/"
    for asked in ("", "Giao Thủy", "bí-mật"):
        text = client.get(address, {"tim": asked}).content.decode()
        assert "bí-mật-1" not in text and "Trạm Giao Thủy" not in text
    assert 'value="bí-mật-1"' in client.get(address, {"tim": "bí-mật-1"}).content.decode()
    client.post(address, {"nodes": ["bí-mật-1"], "valid_from": "2020-06-01", "reason": "vì"})
    assert "Trạm Giao Thủy" not in client.get(address).content.decode()


def test_a_choice_is_withdrawn_from_a_day_on_and_stays_in_the_history(net, keeper):
    address = f"/mang-cap-quang/{net.uuid}/loi/"
    keeper.post(address, {"nodes": ["A"], "valid_from": "2020-06-01", "reason": "trạm chính"})
    early = keeper.post(address, {"rut": "1", "rut-valid_from": "2019-06-01", "rut-reason": "thôi"})
    assert early.status_code == 422 and 'value="thôi"' in early.content.decode()
    done = keeper.post(address, {"rut": "1", "rut-valid_from": "2021-01-01", "rut-reason": "bỏ trạm"}, follow=True)
    text = done.content.decode()
    assert "Chưa chọn lõi." in text and "bỏ trạm" in text and "trạm chính" in text and "Đã rút: không có lõi" in text
    assert network_at(net, date(2020, 12, 31)).core == ("A",)
    assert network_at(net, date(2021, 1, 1)).core is None


def test_a_line_is_recorded_then_ended(net):
    client = signed_in(someone("engineer"))
    agency("ubnd-thu")
    address = f"/mang-cap-quang/{net.uuid}/co-quan/"
    given = {"agency": "ubnd-thu", "node": "A", "valid_from": "2020-06-01", "basis": "biên bản bàn giao"}
    assert "biên bản bàn giao" in client.post(address, given, follow=True).content.decode()
    line = AgencyConnection.objects.known_at().get()
    client.post(address, given)
    assert AgencyConnection.objects.count() == 1
    assert client.post(address, {"line": line.pk, "valid_to": "2020-06-01", "reason": "x"}).status_code == 422
    client.post(address, {"line": line.pk, "valid_to": "2022-01-01", "reason": "dời trụ sở"})
    ended = AgencyConnection.objects.known_at().get()
    assert (ended.valid_from, ended.valid_to) == (date(2020, 6, 1), date(2022, 1, 1))
    again = client.post(address, {"line": line.pk, "valid_to": "2023-01-01", "reason": "x"})
    assert again.status_code == 422 and "đã kết thúc hoặc vừa được sửa" in again.content.decode()


@pytest.mark.parametrize(("field", "value"), [("agency", "khong-co"), ("node", "Z"), ("valid_from", "2019-01-01")])
def test_a_wrong_line_is_refused(net, field, value):
    agency("ubnd-thu")
    given = {"agency": "ubnd-thu", "node": "A", "valid_from": "2020-06-01", "basis": "biên bản", field: value}
    answer = signed_in(someone("engineer")).post(f"/mang-cap-quang/{net.uuid}/co-quan/", given)
    assert answer.status_code == 422
    assert not AgencyConnection.objects.exists()


def test_lines_are_found_by_agency_or_node_and_shown_page_by_page(net):
    client = signed_in(someone("engineer"))
    for number in range(60):
        AgencyConnection.objects.create(
            network=net, agency_uid=f"cq-{number:02}", node_id="AB"[number % 2], valid_from=date(2020, 6, 1), basis="x"
        )
    address = f"/mang-cap-quang/{net.uuid}/co-quan/"
    assert "cq-07" in client.get(address).content.decode()
    second = client.get(address, {"trang": 2}).content.decode()
    assert "cq-59" in second and "cq-07" not in second
    found = client.get(address, {"tim": "CQ-59"}).content.decode()
    assert "cq-59" in found and "cq-58" not in found
    assert "Không có đường nào khớp" in client.get(address, {"tim": "không có"}).content.decode()
