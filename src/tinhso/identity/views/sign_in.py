"""Signing in and out, registering, forgotten passwords."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tinhso.foundation.access import public
from tinhso.foundation.errors import TooMany
from tinhso.foundation.forms import attempt, tell
from tinhso.identity import commands
from tinhso.identity.backends import may_sign_in
from tinhso.identity.commands.people import VISITOR, confirmation_tokens, reset_tokens
from tinhso.identity.forms import CodeForm, EmailForm, NewPasswordForm, RegisterForm, SignInForm
from tinhso.identity.limits import client_address, forgive, hit
from tinhso.identity.models import User
from tinhso.identity.queries import demo_accounts

log = logging.getLogger("tinhso.identity")
PENDING = "identity.pending"
PENDING_SECONDS = 600
BACKEND = "tinhso.identity.backends.Backend"


def safe_next(request: HttpRequest, given: str | None = None) -> str:
    """Where to go after signing in: only an address of this host, else home."""
    wanted = given or request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure()):
        return wanted
    return reverse(settings.LOGIN_REDIRECT_URL)


def _finish(request: HttpRequest, user: User, factor: str, target: str) -> HttpResponse:
    login(request, user, BACKEND)
    commands.record_sign_in(actor=user.actor(), user=user, factor=factor)
    if user.withheld_roles:
        messages.warning(request, _("Một số vai trò của bạn chỉ có hiệu lực khi bật xác thực hai bước."))
        return redirect("identity:second_factor")
    return redirect(target)


@sensitive_post_parameters("password")
@public
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        name, address = form.cleaned_data["username"].strip().lower(), client_address(request)
        status = 422
        try:
            hit("sign-in-address", address, limit=100, seconds=300)
            hit("sign-in", f"{name}\n{address}", limit=5, seconds=300)
            # However many addresses guess at one account: NIST SP 800-63B allows at most 100 failures in a row.
            hit("sign-in-account", name, limit=100, seconds=3600)
        except TooMany as refused:
            tell(form, refused)
            status = 429
        else:
            user = authenticate(request, username=name, password=form.cleaned_data["password"])
            if isinstance(user, User):
                forgive("sign-in", f"{name}\n{address}")
                forgive("sign-in-account", name)
                target = safe_next(request)
                if not user.has_second_factor:
                    return _finish(request, user, "password", target)
                request.session.cycle_key()
                request.session[PENDING] = {
                    "user": user.pk,
                    "at": int(time.time()),
                    "next": target,
                    "password": user.get_session_auth_hash(),
                }
                return redirect("identity:challenge")
            log.warning("refused sign-in from %s", address)
            form.add_error(None, _("Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản chưa mở."))
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "demo_accounts": demo_accounts(),
        "crumbs": [(_("Đăng nhập"), "")],
    }
    return render(request, "identity/sign_in.html", context, status=status)


def _pending_user(request: HttpRequest) -> tuple[User | None, str]:
    pending = request.session.get(PENDING) or {}
    if not pending or time.time() - pending["at"] > PENDING_SECONDS:
        request.session.pop(PENDING, None)
        return None, ""
    user = User.objects.select_related("totp").filter(pk=pending["user"]).first()
    if user is None or not may_sign_in(user) or user.get_session_auth_hash() != pending["password"]:
        return None, ""
    return user, pending["next"]


@public
@never_cache
def challenge(request: HttpRequest) -> HttpResponse:
    user, target = _pending_user(request)
    if user is None:
        messages.info(request, _("Hết thời gian chờ mã; hãy đăng nhập lại."))
        return redirect("identity:sign_in")
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        status = 422

        def check() -> str:
            hit("second-factor", str(user.pk), limit=10, seconds=900)
            return commands.use_second_factor(actor=user.actor(), user=user, code=form.cleaned_data["code"])

        if factor := attempt(form, check):
            forgive("second-factor", str(user.pk))
            del request.session[PENDING]
            return _finish(request, user, factor, target)
    crumbs = [(_("Đăng nhập"), reverse("identity:sign_in")), (_("Xác thực hai bước"), "")]
    return render(request, "identity/challenge.html", {"form": form, "crumbs": crumbs}, status=status)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("Đã đăng xuất."))
    return redirect(settings.LOGIN_REDIRECT_URL)


def link_to(request: HttpRequest, name: str) -> Callable[[User, str], str]:
    """Makes absolute addresses of a page that takes a user and a token."""

    def link(user: User, token: str) -> str:
        path = reverse(name, args=[urlsafe_base64_encode(force_bytes(user.pk)), token])
        return request.build_absolute_uri(path)

    return link


def _named_user(uid: str) -> User | None:
    try:
        return User.objects.filter(pk=int(urlsafe_base64_decode(uid))).first()
    except (ValueError, OverflowError):
        return None


@public
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> bool:
            hit("register", client_address(request), limit=10, seconds=3600)
            hit("register-address", form.cleaned_data["email"].lower(), limit=3, seconds=3600)
            commands.register_citizen(
                actor=VISITOR, link=link_to(request, "identity:confirm_email"), **form.cleaned_data
            )
            return True

        if attempt(form, act):
            return render(request, "identity/mail_sent.html", {"crumbs": [(_("Đăng ký"), "")]})
    context = {"form": form, "crumbs": [(_("Đăng ký"), "")]}
    return render(request, "identity/register.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("password")
@public
@never_cache
def confirm_email(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Opens nothing by itself: mail scanners follow links, but do not set passwords."""
    user = _named_user(uid)
    valid = user is not None and not user.email_confirmed and confirmation_tokens.check_token(user, token)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and user is not None and valid and form.is_valid():

        def act() -> bool:
            commands.confirm_email(actor=user.actor(), user=user, token=token, **form.cleaned_data)
            return True

        if attempt(form, act):
            messages.success(request, _("Tài khoản đã mở. Mời đăng nhập."))
            return redirect("identity:sign_in")
    context = {"form": form, "valid": valid, "crumbs": [(_("Mở tài khoản"), "")]}
    status = 200 if valid and not form.errors else 422
    return render(request, "identity/confirm_email.html", context, status=status)


@public
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]

        def act() -> bool:
            hit("forgotten-address", client_address(request), limit=10, seconds=3600)
            hit("forgotten", email.lower(), limit=3, seconds=3600)
            commands.request_password_reset(
                actor=VISITOR, email=email, link=link_to(request, "identity:reset_password")
            )
            return True

        if attempt(form, act):
            return render(request, "identity/mail_sent.html", {"crumbs": [(_("Quên mật khẩu"), "")]})
    context = {"form": form, "crumbs": [(_("Quên mật khẩu"), "")]}
    return render(request, "identity/forgotten.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("password")
@public
@never_cache
def reset_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    user = _named_user(uid)
    valid = user is not None and reset_tokens.check_token(user, token)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and user is not None and valid and form.is_valid():

        def act() -> bool:
            commands.reset_password(actor=user.actor(), user=user, token=token, password=form.cleaned_data["password"])
            return True

        if attempt(form, act):
            messages.success(request, _("Đã đặt mật khẩu mới. Mời đăng nhập."))
            return redirect("identity:sign_in")
    context = {"form": form, "valid": valid, "crumbs": [(_("Đặt lại mật khẩu"), "")]}
    status = 200 if valid and not form.errors else 422
    return render(request, "identity/reset_password.html", context, status=status)
