from django.urls import path

from tinhso.files import views

app_name = "files"
urlpatterns = [path("tep/<uuid:uid>/", views.download, name="download")]
