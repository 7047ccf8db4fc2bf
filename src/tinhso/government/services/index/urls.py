"""Addresses of the service index and of reports."""

from django.urls import path

from tinhso.government.services.index import views, views_reports

urlpatterns = [
    path("chi-so-766/", views.index766, name="index766"),
    path("chi-so-766/co-quan/<str:uid>/", views.agency766, name="agency766"),
    path("chi-so-766/co-quan/<str:uid>/mat-diem/<slug:part>/", views.lost766, name="lost766"),
    path("chi-so-766/don-vi/<str:code>/", views.unit766, name="unit766"),
    path("bao-cao-thu-tuc/", views_reports.reports, name="reports"),
    path("bao-cao-thu-tuc/tep.<str:kind>", views_reports.report_file, name="report_file"),
]
