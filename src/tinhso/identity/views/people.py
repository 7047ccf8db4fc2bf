"""Administration of people, and the auditor's export."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.foundation.forms import attempt
from tinhso.identity import commands
from tinhso.identity.forms import GrantForm, PersonFilter, PersonForm, ReasonForm
from tinhso.identity.models import ApiToken, Deputation, RoleGrant, User
from tinhso.identity.queries import agencies_by_uid
from tinhso.identity.views.account import person
from tinhso.identity.views.sign_in import link_to


def crumbs(label: str = "") -> list[tuple[str, str]]:
    trail = [(_("Người dùng"), reverse("identity:people") if label else "")]
    return [*trail, (label, "")] if label else trail


@requires("identity.read_people")
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    form = PersonFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    in_force = RoleGrant.objects.as_of(today()).order_by("role", "agency_uid")
    rows = User.objects.visible_to(request.user).matching(wanted.get("q", "")).order_by("username")
    if role := wanted.get("role"):
        rows = rows.filter(pk__in=in_force.filter(role=role).values("user_id"))
    rows = rows.select_related("totp").prefetch_related(Prefetch("grants", in_force, to_attr="in_force"))
    page = Paginator(rows, 50).get_page(request.GET.get("trang"))
    return render(request, "identity/people.html", {"form": form, "page": page, "crumbs": crumbs()})


@requires("identity.manage_users")
@never_cache
def new_person(request: HttpRequest) -> HttpResponse:
    me = person(request)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        created = attempt(form, lambda: commands.create_user(actor=me.actor(), **form.cleaned_data))
        if created is not None:
            commands.request_password_reset(
                actor=me.actor(), email=created.email, link=link_to(request, "identity:reset_password")
            )
            messages.success(request, _("Đã tạo tài khoản và gửi liên kết đặt mật khẩu."))
            return redirect("identity:person", pk=created.pk)
    context = {"form": form, "crumbs": crumbs(_("Tạo tài khoản"))}
    return render(request, "identity/new_person.html", context, status=422 if form.errors else 200)


@requires("identity.read_people")
@never_cache
def one_person(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User.objects.visible_to(request.user).select_related("totp"), pk=pk)
    form = GrantForm()
    if request.method == "POST":
        me = person(request)
        me_may = me.may("identity.manage_users")
        form = GrantForm(request.POST)
        if not me_may:
            form.add_error(None, _("Bạn không có quyền cấp vai trò."))
        elif form.is_valid():
            given = form.cleaned_data

            def act() -> RoleGrant:
                return commands.grant_role(
                    actor=me.actor(),
                    user=shown,
                    role=given["role"],
                    agency_uid=given["agency_uid"].strip(),
                    valid_from=given["valid_from"],
                    valid_to=form.valid_to(),
                    reason=given["reason"],
                )

            if attempt(form, act):
                messages.success(request, _("Đã cấp vai trò."))
                return redirect("identity:person", pk=pk)
    return render(request, "identity/person.html", _person_context(shown, form), status=422 if form.errors else 200)


def _person_context(shown: User, form: GrantForm) -> dict:
    grants = list(RoleGrant.objects.known_at().filter(user=shown).order_by("role", "valid_from"))
    held = list(Deputation.objects.known_at().filter(holder=shown).select_related("giver").order_by("-valid_from"))
    bound = [grant.agency_uid for grant in grants] + [item.agency_uid for item in held]
    day = today()
    return {
        "shown": shown,
        "form": form,
        "grants": [(grant, grant.valid_to is None or grant.valid_to > day, f"grant-{grant.pk}") for grant in grants],
        "held": held,
        "tokens": list(ApiToken.objects.filter(user=shown)),
        "agencies": agencies_by_uid(bound),
        "crumbs": crumbs(shown.full_name),
    }


def _with_reason(request: HttpRequest, shown: User, at: str, act: Callable[[str], None], done: str) -> HttpResponse:
    """Do something to a person for a reason; refused, their page says why and keeps what was typed."""
    form = ReasonForm(request.POST)

    def acted() -> bool:
        act(form.cleaned_data["reason"])
        return True

    if form.is_valid() and attempt(form, acted):
        messages.success(request, done)
        return redirect("identity:person", pk=shown.pk)
    context = _person_context(shown, GrantForm()) | {"refused": form, "refused_at": at}
    return render(request, "identity/person.html", context, status=422)


@requires("identity.manage_users")
@require_POST
def revoke_role(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    shown = get_object_or_404(User.objects.visible_to(request.user).select_related("totp"), pk=pk)
    row = get_object_or_404(RoleGrant.objects.known_at().filter(user_id=pk), pk=grant)

    def act(reason: str) -> None:
        commands.revoke_role(actor=person(request).actor(), grant=row, reason=reason)

    return _with_reason(request, shown, f"grant-{grant}", act, _("Đã thu hồi vai trò."))


@requires("identity.manage_users")
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User.objects.visible_to(request.user).select_related("totp"), pk=pk)
    active = request.POST.get("active") == "1"

    def act(reason: str) -> None:
        commands.set_active(actor=person(request).actor(), user=shown, active=active, reason=reason)

    return _with_reason(request, shown, "active", act, _("Đã mở tài khoản.") if active else _("Đã khóa tài khoản."))


@requires("identity.manage_users")
@require_POST
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User.objects.visible_to(request.user).select_related("totp"), pk=pk)

    def act(reason: str) -> None:
        commands.reset_second_factor(actor=person(request).actor(), user=shown, reason=reason)

    return _with_reason(request, shown, "factor", act, _("Đã đặt lại xác thực hai bước."))


@requires("identity.export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    exported = commands.export_identity(actor=person(request).actor())
    response = JsonResponse(exported, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="identity-{today()}.json"'
    return response
