"""The web server's entrance."""

import os
from typing import cast
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")
platform = get_wsgi_application()

from shuzhi.site import ledger_files  # noqa: E402  (needs the settings)

application = ledger_files.before(cast("WSGIApplication", platform))
