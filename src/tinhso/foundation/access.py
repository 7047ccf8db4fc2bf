"""Deny unless allowed: every page says who may open it, every permission says which roles hold it.

A view is `@public`, `@signed_in` or `@requires("app.permission")`; one without is refused. Permissions are declared in
an app's `access.py`: `permission("infrastructure.exact_routes", Text(vi, en), roles={"engineer"})`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Forbidden, problem_response
from tinhso.foundation.registry import Registry
from tinhso.foundation.text import Text

ROLES = {
    "citizen": Text("Công dân", "Citizen"),
    "clerk": Text("Cán bộ một cửa", "One-stop clerk"),
    "officer": Text("Chuyên viên xử lý", "Handling officer"),
    "leader": Text("Lãnh đạo", "Leader"),
    "engineer": Text("Kỹ sư mạng", "Network engineer"),
    "programme_province": Text("Văn phòng chương trình (tỉnh)", "Programme officer (province)"),
    "programme_operator": Text("Văn phòng chương trình (doanh nghiệp)", "Programme officer (operator)"),
    "editor": Text("Biên tập viên", "Editor"),
    "administrator": Text("Quản trị hệ thống", "Administrator"),
    "auditor": Text("Kiểm toán", "Auditor"),
}


@dataclass(frozen=True)
class Permission:
    """A right with its name in both languages and the roles that hold it."""

    code: str
    title: Text
    roles: frozenset[str]


permissions: Registry[Permission] = Registry("permission", "access")


def permission(code: str, title: Text, *, roles: set[str]) -> Permission:
    """Declare a permission; an unknown role is a mistake."""
    if unknown := roles - ROLES.keys():
        raise ValueError(f"{code}: unknown roles {sorted(unknown)}")
    return permissions.add(code, Permission(code, title, frozenset(roles)))


def may(user: Any, code: str) -> bool:
    """Whether a user's roles hold a permission; unknown permissions and anonymous users never do."""
    return (
        bool(getattr(user, "is_authenticated", False))
        and user.is_active
        and code in permissions
        and bool(permissions[code].roles & user.role_codes())
    )


def check(user: Any, code: str) -> None:
    """Raise Forbidden, naming the missing right."""
    if not may(user, code):
        title = str(permissions[code].title) if code in permissions else code
        raise Forbidden(_("Bạn không có quyền: %(right)s.") % {"right": title}, place=code)


def _marked(view: Callable, access: str) -> Callable:
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    inner.access = access  # type: ignore[attr-defined]
    return inner


def public(view: Callable) -> Callable:
    """Anyone may open this page."""
    return _marked(view, "public")


def signed_in(view: Callable) -> Callable:
    """Anyone signed in may open this page."""
    return _marked(view, "signed_in")


def requires(code: str) -> Callable[[Callable], Callable]:
    """Only roles holding the permission may open this page."""
    return lambda view: _marked(view, code)


class AccessMiddleware:
    """Refuses every page that does not say who may open it. The API guards its own operations."""

    OPEN = ("/api/", f"/{settings.STATIC_URL.strip('/')}/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        access = getattr(view, "access", None)
        if access == "public" or request.path.startswith(self.OPEN):
            return None
        if access is None:
            return problem_response(request, Forbidden(_("Trang này không mở cho ai.")))
        if not request.user.is_authenticated:
            # Imported late: django's auth views need the user model, which rests on this module.
            from django.contrib.auth.views import redirect_to_login

            return redirect_to_login(request.get_full_path())
        if access != "signed_in":
            try:
                check(request.user, access)
            except Forbidden as refused:
                return problem_response(request, refused)
        return None
