"""Addresses of the working calendar."""

from django.urls import path

from tinhso.workdays import views

app_name = "workdays"
urlpatterns = [
    path("lich-lam-viec/", views.calendar, name="calendar"),
    path("lich-lam-viec/cac-ban/", views.versions, name="versions"),
    path("lich-lam-viec/ban-hanh/", views.publish, name="publish"),
    path("tinh-ngay-hen/", views.due, name="due"),
]
