"""Pages of the province's public face."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tinhso.foundation.access import public


@public
def home(request: HttpRequest) -> HttpResponse:
    """What the province promised and what is proven."""
    return render(request, "portal/home.html")
