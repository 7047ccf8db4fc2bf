"""The floor of a lookup: our server and middleware, a view that asks one indexed question of the database."""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path

from tinhso.foundation.access import signed_in

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")


@signed_in
def look(request: HttpRequest, code: str) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status FROM services_dossier WHERE code = %s", [code])
        found = cursor.fetchone()
    return JsonResponse({"found": found})


urlpatterns = [path("<str:code>/", look)]
django.setup(set_prefix=False)
settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
