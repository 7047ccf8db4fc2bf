"""Errors a person can act on: what, where, and how to mend it; as a page, or as problem+json (RFC 9457)."""

import re
from collections.abc import Callable, Iterable
from typing import Self

import orjson
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

# An escaped NUL; an even number of backslashes before it would be text about one.
NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Problem(Exception):
    """Something refused. `place` names where (field, row, pointer), `mend` what to do about it."""

    status = 400
    code = "problem"

    def __init__(self, what: str, *, place: str = "", mend: str = "", status: int = 0, code: str = "") -> None:
        super().__init__(what)
        self.what, self.place, self.mend = what, place, mend
        self.status, self.code = status or self.status, code or self.code

    def __str__(self) -> str:
        return " · ".join(part for part in (self.place, self.what, self.mend) if part)

    def as_json(self) -> dict:
        body = {"type": f"urn:tinhso:{self.code}", "title": self.what, "status": self.status}
        if self.place:
            body["place"] = self.place
        if self.mend:
            body["mend"] = self.mend
        return body


class Invalid(Problem):
    """Input that breaks a rule."""

    status, code = 422, "invalid"

    @classmethod
    def among(cls, given: object, known: Iterable[str], *, place: str = "") -> Self:
        """Something given that is none of what can be given."""
        what, names = _("Không có «%(given)s».") % {"given": given}, ", ".join(known)
        return cls(what, place=place, mend=_("Chọn một trong: %(names)s.") % {"names": names})


class Forbidden(Problem):
    """The actor lacks the permission."""

    status, code = 403, "forbidden"


class Conflict(Problem):
    """The state changed, or does not allow this."""

    status, code = 409, "conflict"


class Erased(Problem):
    """Asked for what was erased when its term was over."""

    status, code = 410, "erased"


class TooMany(Problem):
    """A rate limit was passed."""

    status, code = 429, "too-many-requests"


PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "urn:tinhso:…"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "place": {"type": "string", "description": "field, row or pointer"},
        "mend": {"type": "string", "description": "what to do about it"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
REFUSALS = {
    400: "Broken request",
    401: "No valid token or session",
    403: "Permission lacking",
    404: "No such thing",
    409: "The state does not allow this",
    410: "Erased after its term",
    413: "Larger than is taken",
    422: "Input breaks a rule",
    429: "Rate limit passed",
    503: "Busy; send it again",
}


def problems(*statuses: int) -> dict:
    """What an operation may refuse with, as problem+json: `@router.get(…, openapi_extra=problems(403, 404))`.

    Broken requests and bodies, missing sign-in, and limits of tokens are named for every operation (config/api.py).
    """
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"responses": {status: {"description": REFUSALS[status], "content": content} for status in statuses}}


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """problem+json for machines, the error page for people."""
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        return HttpResponse(
            orjson.dumps(problem.as_json()), content_type="application/problem+json", status=problem.status
        )
    return render(request, "foundation/problem.html", {"problem": problem}, status=problem.status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404: an address of the API that leads nowhere answers as the API does."""
    if request.path.startswith("/api/"):
        return problem_response(request, Problem(_("Không tìm thấy."), status=404, code="not-found"))
    return page_not_found(request, exception)


class ProblemMiddleware:
    """Turns a raised Problem into its response, and refuses NUL before it reaches a table."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return problem_response(
                request, Invalid(_("Địa chỉ chứa ký tự NUL."), place="URL", mend=_("Bỏ ký tự %00."))
            )
        if self._nul_in_json(request):
            return problem_response(
                request, Invalid(_("Dữ liệu chứa ký tự NUL."), place="body", mend=_("Bỏ ký tự \\u0000."))
            )
        return self.get_response(request)

    @staticmethod
    def _nul_in_json(request: HttpRequest) -> bool:
        """JSON small enough to be read into memory anyway; larger bodies are streams their importers check."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        small = length.isdigit() and 0 < int(length) <= (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        return small and "json" in (request.content_type or "") and NUL_ESCAPE.search(request.body) is not None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Problem):
            return problem_response(request, error)
        return None


def register_problem_handlers(api) -> None:
    """Every error of the API leaves as problem+json."""
    from ninja.errors import AuthenticationError, HttpError
    from ninja.errors import ValidationError as NinjaValidationError

    def answer(problem: Problem) -> HttpResponse:
        return HttpResponse(
            orjson.dumps(problem.as_json()), content_type="application/problem+json", status=problem.status
        )

    api.exception_handler(Problem)(lambda request, error: answer(error))
    api.exception_handler(Http404)(
        lambda request, error: answer(Problem(_("Không tìm thấy."), status=404, code="not-found"))
    )
    api.exception_handler(PermissionDenied)(
        lambda request, error: answer(Forbidden(_("Bạn không có quyền làm việc này.")))
    )
    api.exception_handler(AuthenticationError)(
        lambda request, error: answer(Problem(_("Cần đăng nhập hoặc mã truy cập."), status=401, code="unauthenticated"))
    )

    def broken(request: HttpRequest, error: HttpError) -> HttpResponse:
        # The parser's refusal comes wrapped, in English and without its place.
        from tinhso.foundation.json_faults import body_fault

        fault = body_fault(request.body) if isinstance(error.__cause__, ValueError) else None
        if fault is not None:
            fault.status = error.status_code
        return answer(fault or Problem(str(error), status=error.status_code, code="http"))

    api.exception_handler(HttpError)(broken)
    # A body Django cannot read at all (multipart without a boundary, too many fields) never reaches an operation.
    for unreadable in (BadRequest, SuspiciousOperation, MultiPartParserError):
        api.exception_handler(unreadable)(
            lambda request, error: answer(
                Problem(_("Không đọc được nội dung gửi lên."), place="body", mend=_("Kiểm tra Content-Type."))
            )
        )
    api.exception_handler(ValidationError)(lambda request, error: answer(Invalid("; ".join(error.messages))))

    def refused(request: HttpRequest, error: NinjaValidationError) -> HttpResponse:
        first = error.errors[0] if error.errors else {}
        body = Invalid(
            str(first.get("msg", _("Dữ liệu không hợp lệ."))),
            place=".".join(str(part) for part in first.get("loc", ())),
        ).as_json()
        body["errors"] = [
            {"place": ".".join(str(part) for part in item.get("loc", ())), "title": str(item.get("msg", ""))}
            for item in error.errors
        ]
        return HttpResponse(orjson.dumps(body), content_type="application/problem+json", status=422)

    api.exception_handler(NinjaValidationError)(refused)
    if not settings.DEBUG:
        import logging

        def crashed(request: HttpRequest, error: Exception) -> HttpResponse:
            logging.getLogger("tinhso.api").exception("unhandled error in %s", request.resolver_match)
            return answer(Problem(_("Lỗi của hệ thống."), status=500, code="internal"))

        api.exception_handler(Exception)(crashed)
