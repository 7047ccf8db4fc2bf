"""Addresses of the fibre network."""

from tinhso.infrastructure.network import urls_coverage, urls_network

app_name = "infrastructure"
urlpatterns = [*urls_network.urlpatterns, *urls_coverage.urlpatterns]
