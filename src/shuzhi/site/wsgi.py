"""The web server's entrance."""

import gc
import os
from importlib import import_module
from typing import cast
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")
platform = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every page's code, so that nobody who asks first waits for it

from shuzhi.site import ledger_files  # noqa: E402  (needs the settings)

application = ledger_files.before(cast("WSGIApplication", platform))

gc.freeze()  # what is loaded by now stays: to look through it again takes as long as several pages
