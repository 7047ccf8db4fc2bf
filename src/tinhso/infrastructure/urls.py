"""Addresses of the fibre network."""

from tinhso.infrastructure import urls_coverage

app_name = "infrastructure"
urlpatterns = [*urls_coverage.urlpatterns]
