"""The shop's own settings, with a fixed environment and the few changes that make tests fast and quiet."""

import os
import tempfile
from pathlib import Path

# Everything a test leaves on disk: gone when the process ends.
_scratch = tempfile.TemporaryDirectory(prefix="endpaper-tests-")
SCRATCH = Path(_scratch.name)

# Set before the shop's settings read them, so that neither a developer's shell nor their .env changes a test.
# DATABASE_URL alone is taken as given: it is how `python -m tests.mariadb` says which database to test.
os.environ.setdefault("DATABASE_URL", f"sqlite:///{SCRATCH}/db.sqlite3")
os.environ.update(
    ENV_FILE=os.devnull,
    DEBUG="0",
    SECRET_KEY="only-for-tests",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    PAYMENT_GATEWAYS="test_card,collection",
    EMAIL_URL="memorymail://",
    SEARCH_INDEX=str(SCRATCH / "search-index"),
    SEARCH_FOLLOW="0",  # a test that is about the index builds it, and brings it in step, itself
    SECURE_SSL_REDIRECT="0",  # the tests speak plain HTTP; `make checks` looks at what production does
)

from shop.settings import *  # noqa: E402, F403
from shop.settings import DATABASES, STORAGES  # noqa: E402

# A file, never SQLite's shared memory: the live server and racing threads need connections of their own.
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"].setdefault("TEST", {})["NAME"] = str(SCRATCH / "test.sqlite3")

# Hashing slowly is Argon2's whole point, and no test's.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# No collectstatic before a test: plain names instead of the manifest's hashed ones.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir()
MEDIA_ROOT = SCRATCH / "media"
INTAKE_ROOT = SCRATCH / "intake"
