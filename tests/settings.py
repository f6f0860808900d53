"""The real settings on a cluster of their own, so that the suite runs beside the demo."""

import atexit
import base64
import os
import shutil
import tempfile

from returnsupport import local

os.environ["RETURNSUPPORT_DEMO"] = "1"
os.environ["RETURNSUPPORT_SECRET_KEY"] = "only for tests"
os.environ["RETURNSUPPORT_MASTER_KEY"] = base64.b64encode(bytes(range(32))).decode()
os.environ["RETURNSUPPORT_FILES"] = tempfile.mkdtemp(prefix="returnsupport-test-files-")
if not os.environ.get("TEST_DATABASE_URL"):
    local.use_cluster("test")
else:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
    os.environ["DATABASE_OWNER_URL"] = os.environ["TEST_DATABASE_OWNER_URL"]

from returnsupport.settings import *  # noqa: F403
from returnsupport.settings import DATABASES, MIDDLEWARE, STORAGES, database

OWNER = database(os.environ["DATABASE_OWNER_URL"])["USER"]
RUNTIME = DATABASES["default"]["USER"]
RUNTIME_ROLE = RUNTIME
# A server that a test starts keeps its connections, as the demo does; threads of a test leave none behind.
DATABASES["default"]["CONN_MAX_AGE"] = int(os.environ.get("TEST_CONN_MAX_AGE", "0"))
# Collecting files costs more than the whole suite; a fast hash likewise.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
atexit.register(shutil.rmtree, os.environ["RETURNSUPPORT_FILES"], ignore_errors=True)
