"""Addresses of the service index, reports and synchronisation."""

from django.urls import path

from tinhso.government.services import views_index, views_reports

urlpatterns = [
    path("chi-so-766/", views_index.index766, name="index766"),
    path("chi-so-766/co-quan/<str:uid>/", views_index.agency766, name="agency766"),
    path("chi-so-766/co-quan/<str:uid>/mat-diem/<slug:part>/", views_index.lost766, name="lost766"),
    path("chi-so-766/don-vi/<str:code>/", views_index.unit766, name="unit766"),
    path("bao-cao-thu-tuc/", views_reports.reports, name="reports"),
    path("bao-cao-thu-tuc/tep.<str:kind>", views_reports.report_file, name="report_file"),
    path("dong-bo/", views_reports.sync, name="sync"),
    path("dong-bo/<int:pk>/gui-lai/", views_reports.retry_sync, name="retry_sync"),
]
