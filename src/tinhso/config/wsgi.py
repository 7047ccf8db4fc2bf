"""The web process: pages and API over WSGI (Granian)."""

import os
from importlib import import_module

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tinhso.config.web import wait_at_gate

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
# All code is loaded before the first request, not by it.
django.setup(set_prefix=False)
import_module(settings.ROOT_URLCONF)
wait_at_gate()
application = get_wsgi_application()
