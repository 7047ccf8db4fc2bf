"""Home, search, data and the pages that say what this site is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import public
from tinhso.foundation.dates import today
from tinhso.portal import openapi
from tinhso.portal.datasets import offered
from tinhso.portal.maps import visible_layers
from tinhso.portal.queries import Headline, newest_agreement, newest_figures
from tinhso.portal.searching import LONGEST, search


@public
def home(request: HttpRequest) -> HttpResponse:
    """What the province promised and what is proven."""
    view = newest_agreement(today())
    headlines = [Headline(item) for item in view.headlines] if view else []
    shown = visible_layers(request.user)
    layer = next((layer for layer in shown if layer.default), shown[0] if shown else None)
    day = next((item.figure.measurement.as_of for item in headlines if item.figure), None)
    context = {"view": view, "headlines": headlines, "layer": layer, "map_day": day, "newest": newest_figures()}
    return render(request, "portal/home.html", context)


@public
def find(request: HttpRequest) -> HttpResponse:
    """Search results, grouped by kind."""
    query = request.GET.get("q", "").strip()[:LONGEST]
    groups = search(query, request.user)
    context = {
        "query": query,
        "groups": groups,
        "total": sum(len(group.hits) for group in groups),
        "crumbs": [(_("Tìm kiếm"), "")],
    }
    return render(request, "portal/search.html", context)


@public
def data(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, in which formats, under which licence."""
    context = {"datasets": offered(request), "crumbs": [(_("Dữ liệu"), "")]}
    return render(request, "portal/data.html", context)


@public
def api(request: HttpRequest) -> HttpResponse:
    """Every operation of the API, read from its own OpenAPI document."""
    context = {
        "groups": openapi.groups(request),
        "document": reverse("api:openapi-json"),
        "crumbs": [(_("Dữ liệu"), reverse("portal:data")), (_("API cho máy"), "")],
    }
    return render(request, "portal/api.html", context)


@public
def about(request: HttpRequest) -> HttpResponse:
    """What this is for, how numbers are proven, how to verify them."""
    return render(request, "portal/about.html", {"crumbs": [(_("Giới thiệu"), "")]})


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """What is accessible, what is known not to be, and how to tell us."""
    return render(request, "portal/accessibility.html", {"crumbs": [(_("Trợ năng"), "")]})


@public
def licences(request: HttpRequest) -> HttpResponse:
    """Licences of the program, of the data and of what it is built with."""
    return render(request, "portal/licences.html", {"crumbs": [(_("Giấy phép"), "")]})
