from datetime import timedelta

import pytest

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.identity import commands
from tinhso.identity.models import Deputation, RoleGrant
from tinhso.identity.models.people import mandates_of
from tinhso.identity.tests.recipes import agency, fresh, someone
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAY = timedelta(days=1)


def lent(giver, holder, role="leader", uid="", begins=None, days=7):
    begins = begins or today()
    return commands.lend_mandate(
        actor=giver.actor(), giver=giver, holder=holder, role=role, agency_uid=uid,
        valid_from=begins, valid_to=begins + days * DAY, reason="đi công tác",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("begins", "ends", "in_force"), [(0, None, True), (0, 1, True), (-5, 0, False), (1, None, False), (-5, 1, True)]
)
def test_a_role_is_in_force_within_its_interval(begins, ends, in_force):
    user = someone()
    end = today() + ends * DAY if ends is not None else None
    commands.grant_role(actor=SYSTEM, user=user, role="leader", valid_from=today() + begins * DAY, valid_to=end)
    assert ("leader" in fresh(user).role_codes()) == in_force


def test_a_revoked_role_stops_at_once_and_its_history_stays():
    user = someone()
    grant = commands.grant_role(actor=SYSTEM, user=user, role="leader", valid_from=today() - 10 * DAY)
    before = grant.recorded_at
    commands.revoke_role(actor=SYSTEM, grant=grant, reason="chuyển công tác")
    assert fresh(user).role_codes() == set()
    assert [mandate.role for mandate in mandates_of(user, today() - DAY)] == ["leader"]
    assert RoleGrant.objects.known_at(before).get(user=user).valid_to is None
    with pytest.raises(Conflict):
        commands.revoke_role(actor=SYSTEM, grant=RoleGrant.objects.known_at().get(user=user), reason="")
    assert list(AuditRecord.objects.filter(target=f"user:{user.pk}").values_list("verb", flat=True)) == [
        "identity.create_user",
        "identity.grant_role",
        "identity.revoke_role",
    ]


def test_a_role_revoked_on_its_first_day_never_was():
    user = someone("leader")
    commands.revoke_role(actor=SYSTEM, grant=RoleGrant.objects.known_at().get(user=user), reason="nhầm")
    assert not RoleGrant.objects.known_at().filter(user=user).exists()
    assert RoleGrant.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(
    ("changes", "error", "place"),
    [
        ({"role": "king"}, Invalid, "role"),
        ({"role": "administrator", "agency_uid": "nd.ubnd"}, Invalid, "agency_uid"),
        ({"agency_uid": "không-có"}, Invalid, "agency_uid"),
        ({"valid_to": "today"}, Invalid, "valid_to"),
        ({"role": "clerk"}, Conflict, "valid_from"),
    ],
)
def test_a_wrong_grant_is_refused_and_names_its_field(changes, error, place):
    agency("nd.ubnd")
    user = someone("clerk")
    facts = {"role": "leader", "agency_uid": "", **changes}
    if facts.get("valid_to") == "today":
        facts["valid_to"] = today()
    with pytest.raises(error) as refused:
        commands.grant_role(actor=SYSTEM, user=user, **facts)
    assert refused.value.place == place
    assert RoleGrant.objects.filter(user=user).count() == 1


def test_nobody_grants_themselves_a_role_or_closes_themselves():
    admin = someone("administrator")
    with pytest.raises(Forbidden):
        commands.grant_role(actor=admin.actor(), user=admin, role="auditor")
    with pytest.raises(Forbidden):
        commands.set_active(actor=admin.actor(), user=admin, active=False, reason="")


def test_the_last_administrator_stays():
    admin, other = someone("administrator"), someone("leader")
    grant = RoleGrant.objects.known_at().get(user=admin)
    with pytest.raises(Conflict):
        commands.revoke_role(actor=SYSTEM, grant=grant, reason="")
    with pytest.raises(Conflict):
        commands.set_active(actor=SYSTEM, user=admin, active=False, reason="")
    commands.set_active(actor=admin.actor(), user=other, active=False, reason="nghỉ việc")
    commands.grant_role(actor=SYSTEM, user=someone(), role="administrator")
    commands.revoke_role(actor=SYSTEM, grant=grant, reason="")


@pytest.mark.parametrize(("begins", "days", "in_force"), [(0, 7, True), (1, 7, False), (0, 1, True)])
def test_a_lent_mandate_is_in_force_within_its_interval(begins, days, in_force):
    giver, holder = someone("leader"), someone("officer")
    lent(giver, holder, begins=today() + begins * DAY, days=days)
    assert ("leader" in fresh(holder).role_codes()) == in_force
    assert "leader" in fresh(giver).role_codes()


def test_what_was_lent_ends_with_the_givers_own_mandate_and_account():
    giver, holder = someone("leader"), someone()
    lent(giver, holder)
    assert fresh(holder).role_codes() == {"leader"}
    giver.is_active = False
    giver.save()
    assert fresh(holder).role_codes() == set()
    giver.is_active = True
    giver.save()
    commands.revoke_role(actor=SYSTEM, grant=RoleGrant.objects.known_at().get(user=giver), reason="")
    assert fresh(holder).role_codes() == set()


def test_what_was_lent_cannot_be_lent_on():
    giver, holder, third = someone("leader"), someone(), someone()
    lent(giver, holder)
    with pytest.raises(Forbidden):
        lent(fresh(holder), third)


def test_a_mandate_for_one_agency_is_lent_for_that_agency_only():
    agency("a")
    agency("b")
    giver, holder = someone("leader", agency="a"), someone()
    with pytest.raises(Forbidden):
        lent(giver, holder, uid="b")
    with pytest.raises(Forbidden):
        lent(giver, holder, uid="")
    lent(giver, holder, uid="a")
    assert fresh(holder).agency_uids("leader") == {"a"}


def test_a_lent_mandate_is_taken_back_at_once():
    giver, holder = someone("leader"), someone()
    item = lent(giver, holder)
    commands.end_deputation(actor=giver.actor(), deputation=item)
    assert fresh(holder).role_codes() == set()
    with pytest.raises(Conflict):
        commands.end_deputation(actor=giver.actor(), deputation=item)


@pytest.mark.parametrize("role", ["administrator", "auditor", "citizen"])
def test_some_roles_are_never_lent(role):
    giver, holder = someone(role), someone()
    with pytest.raises(Invalid):
        lent(giver, holder, role=role)


def test_lending_needs_a_present_start_another_person_and_a_reason():
    giver, holder = someone("leader"), someone()
    for changes in ({"begins": today() - DAY}, {"days": 0}):
        with pytest.raises(Invalid):
            lent(giver, holder, **changes)
    with pytest.raises(Invalid):
        lent(giver, giver)
    lent(giver, holder)
    with pytest.raises(Conflict):
        lent(giver, holder)
    assert Deputation.objects.count() == 1


@pytest.mark.parametrize(
    ("bound", "asked", "uids"),
    [
        ([("leader", "a")], ["leader"], {"a"}),
        ([("leader", "a"), ("officer", "b")], ["officer"], {"b"}),
        ([("leader", "a"), ("officer", "b")], [], {"a", "b"}),
        ([("leader", "")], ["leader"], None),
        ([("leader", "a")], ["clerk"], set()),
    ],
)
def test_agencies_a_person_acts_for(bound, asked, uids):
    agency("a")
    agency("b")
    user = someone()
    for role, uid in bound:
        commands.grant_role(actor=SYSTEM, user=user, role=role, agency_uid=uid)
    assert fresh(user).agency_uids(*asked) == uids


def test_roles_wait_for_the_second_factor_where_it_is_asked(settings):
    settings.SECOND_FACTOR_ROLES = ["administrator"]
    user = someone("administrator", "officer")
    assert user.role_codes() == {"officer"} and user.withheld_roles == ["administrator"]
    assert not user.may("identity.manage_users")


def test_roles_cost_two_queries_a_request(django_assert_max_num_queries):
    giver, holder = someone("leader"), someone("officer")
    lent(giver, holder)
    user = fresh(holder)
    with django_assert_max_num_queries(2):
        for _n in range(3):
            assert user.role_codes() == {"officer", "leader"}
            user.may("identity.manage_users")
