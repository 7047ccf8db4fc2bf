"""Addresses: the API once, every page in Vietnamese at the root and in English under /en/."""

from importlib.util import find_spec

from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from tinhso.config.api import api

pages = [
    path("", include(f"{app.name}.urls"))
    for app in apps.get_app_configs()
    if app.name.startswith("tinhso.") and app.name != "tinhso.config" and find_spec(f"{app.name}.urls")
]
urlpatterns = [
    path("api/", api.urls),
    *i18n_patterns(*pages, prefix_default_language=False),
]

handler404 = "tinhso.foundation.errors.not_found"
