"""A person's own account: mandates, deputies, tokens, password, second factor."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tinhso.foundation.access import ROLES, requires, signed_in
from tinhso.foundation.dates import today
from tinhso.foundation.forms import attempt
from tinhso.identity import commands, sealing, totp
from tinhso.identity.forms import ChangePasswordForm, CodeForm, DeputyForm, ProfileForm, TokenForm
from tinhso.identity.limits import hit
from tinhso.identity.models import ApiToken, Deputation, Mandate, User
from tinhso.identity.models.people import DEPUTISABLE
from tinhso.identity.queries import agencies_by_uid


def person(request: HttpRequest) -> User:
    """The signed-in person: these views are closed to everyone else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def crumbs(label: str = "") -> list[tuple[str, str]]:
    trail = [(_("Tài khoản"), reverse("identity:account") if label else "")]
    return [*trail, (label, "")] if label else trail


@signed_in
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = ProfileForm(request.POST or None, initial={"full_name": user.full_name})
    if request.method == "POST" and form.is_valid():
        commands.update_profile(actor=user.actor(), user=user, full_name=form.cleaned_data["full_name"])
        messages.success(request, _("Đã lưu."))
        return redirect("identity:account")
    lent = list(Deputation.objects.known_at().filter(giver=user, valid_to__gt=today()).select_related("holder"))
    context = {
        "form": form,
        "mandates": user.roles_held,
        "withheld": user.withheld_roles,
        "lent": lent,
        "agencies": agencies_by_uid(
            [mandate.agency_uid for mandate in user.roles_held] + [item.agency_uid for item in lent]
        ),
        "may_lend": bool(lendable(user)),
        "tokens": list(ApiToken.objects.filter(user=user)),
        "crumbs": crumbs(),
    }
    return render(request, "identity/account.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("old", "password")
@signed_in
@never_cache
def change_password(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> bool:
            hit("change-password", str(user.pk), limit=10, seconds=900)
            given = form.cleaned_data
            commands.change_password(actor=user.actor(), user=user, old=given["old"], new=given["password"])
            return True

        if attempt(form, act):
            update_session_auth_hash(request, user)
            messages.success(request, _("Đã đổi mật khẩu; các phiên khác đã đăng xuất."))
            return redirect("identity:account")
    context = {"form": form, "crumbs": crumbs(_("Đổi mật khẩu"))}
    return render(request, "identity/change_password.html", context, status=422 if form.errors else 200)


def _setup_context(user: User) -> dict:
    device = getattr(user, "totp", None)
    if device is None or device.confirmed_at is not None:
        return {}
    secret = sealing.unseal(device.secret)
    code = segno.make(totp.address(secret, user.username, "Tỉnh Số"), error="m")
    return {
        "qr": code.svg_data_uri(scale=5, border=4),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }


@signed_in
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """One page, one step at a time: begin, confirm, then renew recovery codes or turn off."""
    user = person(request)
    form = CodeForm(request.POST if request.POST.get("do") in ("confirm", "renew", "off") else None)
    codes: list[str] | None = None
    if request.POST.get("do") == "begin":
        commands.begin_second_factor(actor=user.actor(), user=user)
        return redirect("identity:second_factor")
    if request.method == "POST" and form.is_valid():
        codes = attempt(form, lambda: _second_factor_step(request, user, form.cleaned_data["code"]))
        if codes == []:
            messages.success(request, _("Đã tắt xác thực hai bước."))
            return redirect("identity:account")
    user = User.objects.select_related("totp").get(pk=user.pk)
    context = {
        "form": form,
        "codes": codes,
        "on": user.has_second_factor,
        "crumbs": crumbs(_("Xác thực hai bước")),
        **_setup_context(user),
    }
    return render(request, "identity/second_factor.html", context, status=422 if form.errors else 200)


def _second_factor_step(request: HttpRequest, user: User, code: str) -> list[str]:
    """Confirm and renew give recovery codes to show once; turning off gives none."""
    hit("second-factor", str(user.pk), limit=10, seconds=900)
    if request.POST["do"] == "confirm":
        return commands.confirm_second_factor(actor=user.actor(), user=user, code=code)
    commands.use_second_factor(actor=user.actor(), user=user, code=code)
    if request.POST["do"] == "renew":
        return commands.renew_recovery_codes(actor=user.actor(), user=user)
    commands.reset_second_factor(actor=user.actor(), user=user, reason=_("Tự tắt"))
    return []


def lendable(user: User) -> list[Mandate]:
    """A person's own mandates in force that may be lent."""
    return [mandate for mandate in user.mandates if mandate.role in DEPUTISABLE and not mandate.lent_by]


@signed_in
@never_cache
def lend(request: HttpRequest) -> HttpResponse:
    user = person(request)
    own = lendable(user)
    agencies = agencies_by_uid(mandate.agency_uid for mandate in own)
    choices = []
    for mandate in own:
        agency = agencies.get(mandate.agency_uid)
        place = str(agency.title) if agency else mandate.agency_uid or _("mọi cơ quan")
        choices.append((f"{mandate.role}|{mandate.agency_uid}", f"{mandate.title}: {place}"))
    form = DeputyForm(request.POST or None, mandates=choices)
    if request.method == "POST" and form.is_valid():
        role, _bar, agency_uid = form.cleaned_data["mandate"].partition("|")
        holder = User.objects.filter(username=form.cleaned_data["holder"].strip().lower(), is_active=True).first()
        if holder is None:
            form.add_error("holder", _("Không có người dùng đang hoạt động với tên này."))
        elif attempt(
            form,
            lambda: commands.lend_mandate(
                actor=user.actor(),
                giver=user,
                holder=holder,
                role=role,
                agency_uid=agency_uid,
                valid_from=form.cleaned_data["valid_from"],
                valid_to=form.valid_to() or today(),
                reason=form.cleaned_data["reason"],
            ),
        ):
            messages.success(request, _("Đã ủy quyền cho %(name)s.") % {"name": holder.full_name})
            return redirect("identity:account")
    context = {"form": form, "own": own, "crumbs": crumbs(_("Ủy quyền"))}
    return render(request, "identity/lend.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def end_deputation(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    item = get_object_or_404(Deputation.objects.known_at().filter(giver=user), pk=pk)
    commands.end_deputation(actor=user.actor(), deputation=item)
    messages.success(request, _("Đã kết thúc ủy quyền."))
    return redirect("identity:account")


@requires("identity.tokens")
@never_cache
def new_token(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = TokenForm(request.POST or None, roles=user.role_codes())
    made = None
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: commands.create_token(actor=user.actor(), user=user, **form.cleaned_data))
    context = {
        "form": form,
        "token": made[0] if made else None,
        "text": made[1] if made else "",
        "roles": [str(ROLES[role]) for role in sorted(made[0].role_codes)] if made else [],
        "crumbs": crumbs(_("Mã truy cập")),
    }
    return render(request, "identity/new_token.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def revoke_token(request: HttpRequest, key: str) -> HttpResponse:
    user = person(request)
    token = get_object_or_404(ApiToken.objects.filter(user=user), key=key)
    commands.revoke_token(actor=user.actor(), token=token)
    messages.success(request, _("Đã thu hồi mã truy cập."))
    return redirect("identity:account")
