"""The peer: the same list of units, from the same table, by Django REST framework with its usual settings."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peers.drf_settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
