"""Addresses of payments."""

from django.urls import path

from tinhso.payments import views, views_accounts

app_name = "payments"
urlpatterns = [
    path("thanh-toan/", views.requests, name="requests"),
    path("thanh-toan/chua-khop/", views.unmatched, name="unmatched"),
    path("thanh-toan/chua-khop/<uuid:uid>/", views.transaction, name="transaction"),
    path("thanh-toan/hoan-tra/", views.refunds, name="refunds"),
    path("thanh-toan/hoan-tra/<uuid:uid>/", views.refund, name="refund"),
    path("thanh-toan/doi-soat/", views.reconciliation, name="reconciliation"),
    path("thanh-toan/doi-soat.<slug:form>", views.reconciliation_file, name="reconciliation_file"),
    path("thanh-toan/tai-khoan/", views_accounts.accounts, name="accounts"),
    path("thanh-toan/tai-khoan/<int:pk>/", views_accounts.account, name="account"),
    path("thanh-toan/<uuid:uid>/", views.request_page, name="request"),
]
