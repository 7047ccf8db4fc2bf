"""People and what they may do: mandates per agency with validity, and deputies (ủy quyền)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from tinhso.foundation import access
from tinhso.foundation.access import ROLES
from tinhso.foundation.dates import today
from tinhso.foundation.versioned import Versioned, interval_ordered, one_current
from tinhso.identity.querysets import DeputationQuerySet, UserQuerySet
from tinhso.proof.audit import Actor

ROLE_CHOICES = [(code, text.vi) for code, text in ROLES.items()]
DEPUTISABLE = frozenset(ROLES) - {"citizen", "administrator", "auditor"}


@dataclass(frozen=True, order=True)
class Mandate:
    """A role in force on a day, for one agency or (agency_uid "") for all.

    `lent_by` names who deputised it and `giver` is their id (0: the mandate is the person's own).
    """

    role: str
    agency_uid: str
    valid_from: date | None
    valid_to: date | None
    lent_by: str = ""
    giver: int = 0

    @property
    def title(self) -> str:
        return str(ROLES[self.role])


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. What they may do follows from their roles and mandates, never from flags."""

    username = models.CharField(max_length=80, unique=True)
    full_name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    email_confirmed = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="identity_user_email_once"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.full_name or self.username

    def actor(self) -> Actor:
        """This person as the lower layers and the log know them."""
        return Actor(f"user:{self.pk}", self.full_name)

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether a confirmed authenticator is set up."""
        device = getattr(self, "totp", None)
        return device is not None and device.confirmed_at is not None

    @cached_property
    def roles_held(self) -> list[Mandate]:
        """Mandates of today, own and deputised, whether or not a second factor still withholds them."""
        return mandates_of(self, today())

    @cached_property
    def mandates(self) -> list[Mandate]:
        """Mandates in force now; read once per request, as the user object lives that long.

        A role that must have a second factor is withheld until there is one; a token narrows to its own roles.
        """
        held = self.roles_held
        guarded = set(settings.SECOND_FACTOR_ROLES)
        if guarded & {mandate.role for mandate in held} and not self.has_second_factor:
            held = [mandate for mandate in held if mandate.role not in guarded]
        if (narrowed := self.token_roles) is not None:
            held = [mandate for mandate in held if mandate.role in narrowed]
        return held

    #: Roles the API token of this request is limited to; None outside tokens.
    token_roles: frozenset[str] | None = None

    @property
    def withheld_roles(self) -> list[str]:
        """Roles waiting for a second factor."""
        if self.has_second_factor:
            return []
        return sorted({mandate.role for mandate in self.roles_held} & set(settings.SECOND_FACTOR_ROLES))

    def role_codes(self) -> set[str]:
        """Roles in force now."""
        return {mandate.role for mandate in self.mandates}

    def may(self, permission: str) -> bool:
        """Whether a role in force holds a permission."""
        return access.may(self, permission)

    def agency_uids(self, *roles: str) -> set[str] | None:
        """Agencies this person acts for in these roles (any role when none is named), with those they wholly succeed.

        None means every agency: a mandate bound to none. An empty set means no agency.
        """
        found: set[str] = set()
        for mandate in self.mandates:
            if not roles or mandate.role in roles:
                reached = self.reach(mandate)
                if reached is None:
                    return None
                found |= reached
        return found

    def reach(self, mandate: Mandate) -> set[str] | None:
        """Agencies one of this person's mandates reaches: its own and those it wholly succeeds; None is every one."""
        from tinhso.identity.queries import wholly_succeeded

        uid = mandate.agency_uid
        if not uid:
            return None
        if uid not in self._succeeded:
            self._succeeded[uid] = wholly_succeeded({uid})
        return {uid} | self._succeeded[uid]

    @cached_property
    def _succeeded(self) -> dict[str, set[str]]:
        return {}

    def forget_roles(self) -> None:
        """Read mandates again: after a command changed them within the same request."""
        for name in ("roles_held", "mandates", "has_second_factor", "_succeeded"):
            self.__dict__.pop(name, None)


class RoleGrant(Versioned):
    """A role a person holds, for one agency or (agency_uid "") for all, from a day to a day."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=ROLE_CHOICES)
    agency_uid = models.CharField(max_length=80, blank=True, default="", db_index=True)
    granted_by = models.CharField(max_length=80)
    granted_by_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            one_current("identity_grant_once", "user", "role", "agency_uid", "valid_from"),
            interval_ordered("identity_grant_interval"),
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="identity_grant_known_role"),
            models.CheckConstraint(condition=Q(valid_from__isnull=False), name="identity_grant_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.role}@{self.agency_uid or '*'}"


class Deputation(Versioned):
    """Ủy quyền: a person lends one of their own mandates to another for a time; never longer than they hold it."""

    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputations_given")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputations_held")
    role = models.CharField(max_length=30, choices=ROLE_CHOICES)
    agency_uid = models.CharField(max_length=80, blank=True, default="")
    reason = models.CharField(max_length=300)
    granted_by = models.CharField(max_length=80)
    granted_by_name = models.CharField(max_length=200)

    objects = DeputationQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("identity_deputation_once", "giver", "holder", "role", "agency_uid", "valid_from"),
            interval_ordered("identity_deputation_interval"),
            models.CheckConstraint(condition=~Q(giver=models.F("holder")), name="identity_deputation_other_person"),
            models.CheckConstraint(
                condition=Q(role__in=sorted(DEPUTISABLE)), name="identity_deputation_role_may_be_lent"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=False, valid_to__isnull=False), name="identity_deputation_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id}→{self.holder_id} {self.role}@{self.agency_uid or '*'}"


def mandates_of(user: User, day: date) -> list[Mandate]:
    """A person's mandates on a day: their own, and those lent by people who then hold them themselves."""
    lent = list(Deputation.objects.as_of(day).filter(holder=user, giver__is_active=True).select_related("giver"))
    people = {user.pk, *(item.giver_id for item in lent)}
    grants: dict[int, list[RoleGrant]] = {}
    for grant in RoleGrant.objects.as_of(day).filter(user_id__in=people):
        grants.setdefault(grant.user_id, []).append(grant)
    found = [
        Mandate(grant.role, grant.agency_uid, grant.valid_from, grant.valid_to) for grant in grants.get(user.pk, [])
    ]
    found += [
        Mandate(item.role, item.agency_uid, item.valid_from, item.valid_to, item.giver.full_name, item.giver_id)
        for item in lent
        if covers(grants.get(item.giver_id, []), item.role, item.agency_uid)
    ]
    return sorted(found, key=lambda mandate: (mandate.role, mandate.agency_uid, mandate.lent_by))


def covers(grants: Iterable[RoleGrant], role: str, agency_uid: str) -> bool:
    """Whether grants hold a role for an agency; a grant bound to none holds it for all."""
    return any(grant.role == role and grant.agency_uid in ("", agency_uid) for grant in grants)
