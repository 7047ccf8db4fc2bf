"""The API speaks the language its caller asks for: its addresses carry none."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import activate, get_language_from_request


class ApiLanguageMiddleware:
    """Activates the language of Accept-Language (or of the language cookie) for addresses under /api/."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/api/"):
            activate(get_language_from_request(request))
        return self.get_response(request)
