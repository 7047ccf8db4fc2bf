from django.urls import path

from tinhso.places import views

app_name = "places"
urlpatterns = [
    path("dia-ban/", views.index, name="index"),
    path("dia-ban/<slug:code>/", views.place, name="place"),
]
