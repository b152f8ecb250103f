"""Settings of the test run: a data folder for each of its processes, static files straight from the source."""

import atexit
import os
import shutil
import tempfile

# Never the folder that the surroundings name: a county may live there, and the run's other processes inherit the name.
os.environ["SHUZHI_DATA_DIR"] = tempfile.mkdtemp(prefix="shuzhi-test-")
if url := os.environ.get("SHUZHI_TEST_POSTGRES_URL"):
    os.environ["SHUZHI_DATABASE_URL"] = url

from shuzhi.site.settings import *  # noqa: F403
from shuzhi.site.settings import SHUZHI_DATA_DIR, STORAGES

atexit.register(shutil.rmtree, SHUZHI_DATA_DIR, ignore_errors=True)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Argon2 takes a third of a second by design; the tests log in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
