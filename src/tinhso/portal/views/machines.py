"""What crawlers and browsers ask for by themselves."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import override

from tinhso.foundation.access import public
from tinhso.foundation.templatetags.tinhso import link_to

MAIN = (
    "portal:home",
    "portal:map",
    "portal:data",
    "portal:api",
    "portal:about",
    "portal:accessibility",
    "portal:licences",
    "programme:agreements",
    "measures:indicators",
    "places:index",
    "infrastructure:networks",
    "identity:agencies",
    "proof:log",
)


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be indexed; endless result pages are not worth it."""
    lines = ["User-agent: *", f"Disallow: {reverse('portal:search')}", "Disallow: /api/"]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """The main pages in both languages."""
    pages = []
    for name in MAIN:
        found = {}
        for code in ("vi", "en"):
            with override(code):
                if address := link_to(name):
                    found[code] = request.build_absolute_uri(address)
        if found:
            pages.append(found)
    return render(request, "portal/sitemap.xml", {"pages": pages}, content_type="application/xml")


@public
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers that ask for the old name get the mark."""
    return HttpResponsePermanentRedirect(static("foundation/mark.svg"))
