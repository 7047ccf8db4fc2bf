from django.urls import path

from tinhso.measures import moderation, views

app_name = "measures"
urlpatterns = [
    path("chi-so/", views.index, name="indicators"),
    path("chi-so/do/", views.run, name="run"),
    path("chi-so/cau-hoi/", moderation.held, name="questions"),
    path("chi-so/cau-hoi/<int:pk>/", moderation.decide, name="decide"),
    path("chi-so/cau-hoi/<int:pk>/tra-loi/", moderation.reply, name="reply"),
    path("chi-so/<str:indicator_id>/", views.figure, name="figure"),
    path("so-do/<int:pk>/", views.measurement, name="measurement"),
    path("so-do/<int:pk>/hoi/", views.ask_about, name="ask"),
    path("so-do/<int:pk>/goi/", views.download, name="bundle"),
]
