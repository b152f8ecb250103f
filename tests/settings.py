"""Settings of the test run: a data folder of its own, static files straight from the source."""

import os
import tempfile

os.environ.setdefault("SHUZHI_DATA_DIR", tempfile.mkdtemp(prefix="shuzhi-test-"))
if url := os.environ.get("SHUZHI_TEST_POSTGRES_URL"):
    os.environ["SHUZHI_DATABASE_URL"] = url

from shuzhi.site.settings import *  # noqa: F403
from shuzhi.site.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Argon2 takes a third of a second by design; the tests log in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
