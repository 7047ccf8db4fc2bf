"""Dossiers of agencies that ended: moved to the one successor, assigned by people where there are several, returned
when the register takes the succession back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tinhso.files.imports import undo_last_import
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.government.services.desk.commands_succession import assign_succeeded
from tinhso.government.services.desk.queries_succession import ended, proposed
from tinhso.government.services.dossiers.chain import broken_at
from tinhso.government.services.models import Dossier, DossierTask, SyncMessage
from tinhso.government.services.succession import move_succeeded, return_withdrawn
from tinhso.government.services.tests.recipes import COMMUNE, OTHER, PROVINCE, Desk, agency, person, procedure
from tinhso.identity.commands.agencies import import_agencies, succeed_agencies
from tinhso.identity.importers import AGENCIES
from tinhso.identity.models import Agency, User
from tinhso.identity.tests.recipes import signed_in as client_of
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
PAGE = "/mot-cua/ke-thua/"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def split(*heirs: str) -> None:
    """The commune's agency ends on 2025-07-01 and these carry on."""
    links = [(COMMUNE, heir) for heir in heirs]
    succeed_agencies(actor=SYSTEM, day=date(2025, 7, 1), links=links, basis="Nghị quyết 1674")


def assign(dossier: Dossier, to: str, user: User, key: str = "a", reason: str = "Đất ở xã ấy", **more: Any):
    return assign_succeeded(
        dossier=dossier.pk, former=COMMUNE, to=to, reason=reason, actor=user.actor(), user=user, key=key, **more
    )


def test_open_dossiers_of_a_merged_agency_move_with_history(desk: Desk):
    steps = [
        {"key": "a", "title": {"vi": "A", "en": "A"}, "role": "officer", "agency": ""},
        {"key": "b", "title": {"vi": "B", "en": "B"}, "role": "officer", "agency": COMMUNE},
    ]
    moving, ended = desk.in_process(), desk.finished()
    desk.act(ended, "return_result", desk.clerk, way="handed")
    elsewhere = desk.file(version=desk.version.__class__.objects.get(), competent_uid=OTHER, received_uid=OTHER)
    agency("moi", "H40.12.99")
    Dossier.objects.filter(pk=moving.pk).update(version=procedure("1.000002", steps=steps))
    succeed_agencies(actor=SYSTEM, day=date(2025, 7, 1), links=[(COMMUNE, "moi")], basis="Nghị quyết 1674")
    moving.refresh_from_db()
    assert (moving.competent_uid, moving.events.latest("number").kind) == ("moi", "succeeded")
    assert DossierTask.objects.get(dossier=moving, closed_at=None).agency_uid == "moi"
    assert move_succeeded() == 0 and moving.events.filter(kind="succeeded").count() == 1
    assert Dossier.objects.get(pk=ended.pk).competent_uid == COMMUNE
    assert Dossier.objects.get(pk=elsewhere.pk).competent_uid == OTHER
    heir = person("heir", "officer", "moi")
    for dossier in (moving, ended):
        assert client_of(heir).get(f"/mot-cua/ho-so/{dossier.code}/").status_code == 200
    task = DossierTask.objects.get(dossier=moving, closed_at=None).number
    desk.act(moving, "claim", heir, task=task, holder=heir.actor().code)
    desk.act(moving, "complete_step", heir, task=task)
    assert DossierTask.objects.get(dossier=moving, closed_at=None).agency_uid == "moi"


@pytest.mark.both_databases
def test_what_was_split_waits_for_people_and_goes_on_where_they_send_it(desk: Desk):
    dossier, done = desk.in_process(), desk.finished()
    split(OTHER, PROVINCE)
    head, heir = person("head", "leader", OTHER), person("heir", "officer", OTHER)
    assert move_succeeded() == 0
    dossier.refresh_from_db()
    assert dossier.competent_uid == COMMUNE and client_of(desk.officer).get("/mot-cua/").status_code == 403
    place = ended(head)[0]
    assert (place.agency.uid, [one.uid for one in place.mine], place.waiting) == (COMMUNE, [OTHER], 2)
    assert {one.uid for one in place.heirs} == {OTHER, PROVINCE}
    first = assign(dossier, OTHER, head, expected=dossier.events_count)
    assert assign(dossier, OTHER, head, expected=dossier.events_count).repeated and not first.repeated
    with pytest.raises(Conflict):
        assign(dossier, OTHER, head, key="b")
    dossier.refresh_from_db()
    event = dossier.events.latest("number")
    assert json.loads(event.data) == {"competent": True, "from": COMMUNE, "to": OTHER}
    assert (event.kind, event.actor_code, "Đất ở xã ấy" in event.detail.values) == (
        "succeeded",
        head.actor().code,
        True,
    )
    assert broken_at(str(dossier.uid), dossier.events.order_by("number")) is None
    assert SyncMessage.objects.filter(dossier=dossier, event=event.number, operation="DongBoHoSoMC").exists()
    task = DossierTask.objects.get(dossier=dossier, closed_at=None)
    assert (dossier.competent_uid, task.agency_uid, task.holder) == (OTHER, OTHER, None)
    desk.act(dossier, "claim", heir, task=task.number, holder=heir.actor().code)
    assign(done, OTHER, head, key="c")
    desk.act(done, "return_result", person("counter", "clerk", OTHER), way="handed")
    assert ended(head) == []


def test_leaders_take_over_and_only_who_leads_all_or_keeps_the_register_sends_elsewhere(desk: Desk):
    dossier = desk.in_process()
    split(OTHER, PROVINCE)
    agency("ngoai", "H40.77")
    head, far = person("head", "leader", OTHER), person("far", "leader", "ngoai")
    everywhere, keeper = person("everywhere", "leader"), person("keeper", "administrator")
    for user, to in ((head, PROVINCE), (far, OTHER), (person("hand", "officer", OTHER), OTHER), (desk.citizen, OTHER)):
        with pytest.raises(Forbidden):
            assign(dossier, to, user)
    for user, to, reason in ((everywhere, "ngoai", "x"), (everywhere, COMMUNE, "x"), (head, OTHER, " ")):
        with pytest.raises(Invalid):
            assign(dossier, to, user, reason=reason)
    seen = {user.username: [len(one.mine) for one in ended(user)] for user in (head, far, everywhere, keeper)}
    assert seen == {"head": [1], "far": [], "everywhere": [2], "keeper": [2]}
    assert assign(dossier, PROVINCE, keeper).dossier.competent_uid == PROVINCE


def test_a_later_step_of_an_agency_that_was_split_is_not_lost(desk: Desk):
    own = {"key": "b", "title": {"vi": "B", "en": "B"}, "role": "officer", "agency": PROVINCE}
    steps = [{**own, "key": "a", "agency": ""}, own]
    dossier = desk.in_process()
    Dossier.objects.filter(pk=dossier.pk).update(version=procedure("1.000002", steps=steps))
    agency("so-moi", "H40.06", "province")
    links = [(PROVINCE, OTHER), (PROVINCE, "so-moi")]
    succeed_agencies(actor=SYSTEM, day=date(2025, 7, 1), links=links, basis="Nghị quyết")
    desk.act(dossier, "complete_step", desk.officer, task=1)
    keeper = person("keeper", "administrator")
    assert [(one.agency.uid, one.waiting) for one in ended(keeper)] == [(PROVINCE, 1)]
    done = assign_succeeded(
        dossier=dossier.pk, former=PROVINCE, to="so-moi", reason="x", actor=keeper.actor(), user=keeper, key="s"
    ).dossier
    assert done.competent_uid == COMMUNE and done.tasks.get(closed_at=None).agency_uid == "so-moi"


def test_the_successor_is_proposed_where_procedure_or_place_leaves_one(desk: Desk):
    agency("xa-ba", "H40.12.05")
    heirs = list(Agency.objects.filter(uid__in=[OTHER, PROVINCE, "xa-ba"]))
    open_choice, at_place = desk.received(), desk.file(received_uid=OTHER)
    helped = desk.file(received_uid=PROVINCE, helped_uid="xa-ba")
    rows = [open_choice, at_place, helped]
    assert proposed(rows, [one for one in heirs if one.uid != "xa-ba"]) == {row.pk: OTHER for row in rows}
    assert proposed(rows, heirs) == {at_place.pk: OTHER, helped.pk: "xa-ba"}


def test_an_agency_that_ended_without_a_successor_is_told_to_who_keeps_the_register(desk: Desk):
    desk.received()
    Agency.objects.filter(uid=COMMUNE).update(valid_to=date(2025, 7, 1))
    keeper = client_of(person("keeper", "administrator"))
    page = keeper.get(PAGE).content.decode()
    assert f"Cơ quan {COMMUNE}" in page and "chưa ghi cơ quan nào kế thừa" in page and f"{PAGE}{COMMUNE}/" not in page
    assert ended(person("head", "leader", OTHER)) == []


def test_the_page_moves_what_is_chosen_and_keeps_what_was_typed(desk: Desk, django_assert_max_num_queries):
    one, two, three = (desk.received() for _ in range(3))
    head = person("head", "leader", OTHER)
    client, path = client_of(head), f"{PAGE}{COMMUNE}/"
    assert "Không có hồ sơ nào chờ giao" in client.get(PAGE).content.decode()
    split(OTHER, PROVINCE)
    assert path in client.get(PAGE).content.decode()
    assert "3 hồ sơ của cơ quan đã kết thúc" in client.get("/mot-cua/bang/").content.decode()
    with django_assert_max_num_queries(30):
        page = client.get(path).content.decode()
    assert all(row.code in page for row in (one, two, three)) and "Nguyễn Văn An" not in page
    assert f'<option value="{OTHER}" selected>' in page and f'value="{PROVINCE}"' not in page
    typed = {"key": "k", **{f"seen-{row.pk}": row.events_count for row in (one, two, three)}}
    typed |= {f"chosen-{row.pk}": "on" for row in (one, two)} | {"to": OTHER, f"reason-{two.pk}": "Đất ở xã Hai"}
    answer = client.post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Đất ở xã Hai" in page and "lý do chung" in page
    assert client.post(path, {"key": "k"}).status_code == 422
    desk.act(two, "note", person("late", "leader", COMMUNE), text="x")
    answer = client.post(path, {**typed, "reason": "Theo địa bàn"})
    page = answer.content.decode()
    assert answer.status_code == 409 and f"Đã giao: {one.code}" in page and "vừa thay đổi" in page
    assert "Đất ở xã Hai" in page and f'name="chosen-{one.pk}"' not in page
    renewed = {**typed, "key": "k2", f"seen-{two.pk}": two.events_count, "reason": "Theo địa bàn"}
    assert client.post(path, renewed).status_code == 302
    told = [json.loads(row.events.latest("number").detail.values)["reason"] for row in (one, two)]
    assert told == ["Theo địa bàn", "Đất ở xã Hai"]
    assert client_of(desk.citizen).get(PAGE).status_code == 403
    assign(three, OTHER, head, key="three")
    assert client.get(path).status_code == 404 and client.post(path, renewed)["Location"] == PAGE


def test_programs_list_and_assign_by_the_same_rules(desk: Desk):
    dossier, other = desk.received(), desk.received()
    split(OTHER, PROVINCE)
    client, base = client_of(person("head", "leader", OTHER)), "/api/services/succession"
    listed = client.get(base).json()
    assert [(one["uid"], one["waiting"]) for one in listed] == [(COMMUNE, 2)]
    assert {one["uid"]: one["mine"] for one in listed[0]["heirs"]} == {OTHER: True, PROVINCE: False}
    told = client.get(f"{base}/{COMMUNE}").json()
    assert [(one["code"], one["proposed"]) for one in told["items"]] == [(dossier.code, OTHER), (other.code, OTHER)]

    def post(row: Dossier, **body: Any) -> Any:
        given = {"to": OTHER, "reason": "Đất", "key": "a", **body}
        return client.post(f"{base}/{COMMUNE}/{row.code}", given, content_type="application/json")

    assert post(dossier, expected=dossier.events_count).json()["caused"] == ["succeeded"]
    assert post(dossier).json()["repeated"] and post(dossier, key="b").status_code == 404
    assert post(other, to=PROVINCE, key="c").status_code == 403 and post(other, to="x", key="d").status_code == 422
    assert client.get(f"{base}/{OTHER}").status_code == 404
    assert client_of(desk.citizen).get(base).status_code == 403


def test_an_agency_that_passed_on_a_part_and_goes_on_keeps_its_people_and_dossiers(desk: Desk):
    dossier = desk.in_process()
    text = (
        "uid,name,kind,level,code_new,valid_from,succeeds,basis\n"
        f"xa-moi,Xã mới,peoples_committee,commune,H40.12.09,2025-07-01,{COMMUNE},NQ 1674\n"
    )
    import_agencies(actor=SYSTEM, source_name="x.csv", content=text.encode())
    head = person("head", "leader", "xa-moi")
    assert move_succeeded() == 0 and ended(head) == [] and head.agency_uids() == {"xa-moi"}
    desk.act(dossier, "complete_step", User.objects.get(pk=desk.officer.pk), task=1)


REGISTER = (
    "uid,name,kind,level,code_new,valid_from,valid_to,succeeds,basis\n"
    f"{COMMUNE},Xã cũ,peoples_committee,commune,H40.12.03,2020-01-01,2025-07-01,,\n"
    f"{OTHER},Xã khác,peoples_committee,commune,H40.12.04,2020-01-01,2025-07-01,,\n"
    f"{OTHER},Xã mới,peoples_committee,commune,H40.12.04,2025-07-01,,{COMMUNE},NQ 1674\n"
)


@pytest.mark.both_databases
def test_dossiers_return_with_history_when_the_register_takes_a_succession_back(desk: Desk):
    dossier, consulted = desk.in_process(), desk.file(competent_uid=OTHER, received_uid=OTHER)
    counter, theirs = person("counter", "clerk", OTHER), person("theirs", "officer", OTHER)
    desk.act(consulted, "accept", counter)
    desk.act(consulted, "claim", theirs, task=1, holder=theirs.actor().code)
    desk.act(consulted, "consult", theirs, agency=COMMUNE, question="Có tranh chấp không?")

    def take() -> None:
        import_agencies(actor=SYSTEM, source_name="x.csv", content=REGISTER.encode())

    def where() -> list[str]:
        return [Dossier.objects.get(pk=row.pk).competent_uid for row in (dossier, consulted)]

    take()
    assert where() == [OTHER, OTHER] and return_withdrawn() == 0
    undo_last_import(actor=SYSTEM, importer=AGENCIES)
    assert return_withdrawn() == 1 and return_withdrawn() == 0 and move_succeeded() == 0
    assert where() == [COMMUNE, OTHER]
    dossier.refresh_from_db()
    back = dossier.events.latest("number")
    assert json.loads(back.data)["to"] == COMMUNE and "rút việc kế thừa" in back.detail.values
    task = DossierTask.objects.get(dossier=dossier, closed_at=None)
    officer = User.objects.get(pk=desk.officer.pk)
    desk.act(dossier, "claim", officer, task=task.number, holder=officer.actor().code)
    take()
    assert where() == [OTHER, OTHER] and broken_at(str(dossier.uid), dossier.events.order_by("number")) is None
