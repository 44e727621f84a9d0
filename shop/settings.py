"""Endpaper's settings: one file, everything that differs between shops read from the environment.

Safe by default: without DEBUG=1 a SECRET_KEY and ALLOWED_HOSTS must be given, or the shop does not start.
`.env.example` lists every variable.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-development-on-this-machine" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY (50 random characters), or DEBUG=1 on your own machine.")
# Keys of before: what was signed or encrypted with them can still be read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the shop's host names, separated by commas.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- The shop

SHOP_NAME = env.str("SHOP_NAME", default="Endpaper")
SHOP_URL = env.str("SHOP_URL", default="http://localhost:8000").rstrip("/")  # for links in mail, for machines
SHOP_CURRENCY = env.str("SHOP_CURRENCY", default="GBP")
SHOP_LOCALE = env.str("SHOP_LOCALE", default="en_GB")  # how money and numbers are written
SHOP_COUNTRY = env.str("SHOP_COUNTRY", default="GB")  # where an address form starts, and tax is owed
# What invoices say of the seller. They are kept as they were issued: a change is for those to come.
SHOP_LEGAL_NAME = env.str("SHOP_LEGAL_NAME", default=SHOP_NAME)
# The address's lines, with | between them.
SHOP_ADDRESS = env.str("SHOP_ADDRESS", default="1 Example Street | London | EC4M 7DX" if DEBUG else "")
# How customers reach people: at the foot of every page, and where answers to mails go. The number is one kept for
# fiction, of Ofcom's.
SHOP_EMAIL = env.str("SHOP_EMAIL", default="books@endpaper.example" if DEBUG else "")
SHOP_TELEPHONE = env.str("SHOP_TELEPHONE", default="020 7946 0123" if DEBUG else "")
# When the shop is open, as customers who collect read it beside the address.
SHOP_OPENING_HOURS = env.str("SHOP_OPENING_HOURS", default="Monday to Saturday, 9 to 18" if DEBUG else "")
SHOP_VAT_NUMBER = env.str("SHOP_VAT_NUMBER", default="GB999999973" if DEBUG else "")
SHOP_REGISTRATION = env.str("SHOP_REGISTRATION", default="")
INVOICE_PREFIX = env.str("INVOICE_PREFIX", default="INV-")
CREDIT_NOTE_PREFIX = env.str("CREDIT_NOTE_PREFIX", default="CN-")
ORDER_HELD_MINUTES = env.int("ORDER_HELD_MINUTES", default=30)  # how long an unpaid order keeps its copies
COLLECTION_HELD_DAYS = env.int("COLLECTION_HELD_DAYS", default=7)  # and one to be paid when it is collected
if ORDER_HELD_MINUTES < 1 or COLLECTION_HELD_DAYS < 1:
    raise ImproperlyConfigured("ORDER_HELD_MINUTES and COLLECTION_HELD_DAYS are whole numbers, 1 or more.")
RETURN_DAYS = env.int("RETURN_DAYS", default=30)  # how long after its dispatch a return can be asked for
if RETURN_DAYS < 0:
    raise ImproperlyConfigured("RETURN_DAYS is a whole number, 0 or more.")
RESTOCK_THRESHOLD = 10  # a book with fewer copies available is low, unless it has a threshold of its own

# The search index: a copy that this host makes of the catalogue, and may lose at any time.
SEARCH_INDEX = env.path("SEARCH_INDEX", default=str(BASE_DIR / "search-index"))
# Whether the shop's own processes keep it current; not where `index_books --follow` runs.
SEARCH_FOLLOW = env.bool("SEARCH_FOLLOW", default=True)

# The test card gateway takes no money: with DEBUG off it is there only if named here.
PAYMENT_GATEWAYS = env.list(
    "PAYMENT_GATEWAYS", default=["test_card", "collection"] if DEBUG else ["collection"]
)
# Cards through Stripe (docs/payments.md). Of secrets two count while one replaces the other.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="").rstrip("/")  # a stand-in's, for trying the shop
STRIPE_PAGES = env.str("STRIPE_PAGES", default="https://checkout.stripe.com").rstrip(
    "/"
)  # where customers pay

# --- Django

INSTALLED_APPS = [
    "shop",
    "inventory",
    "reports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_countries",
    "django_htmx",
    "django_q",
    "import_export",
    "template_partials",
]

MIDDLEWARE = [
    "shop.middleware.DatabaseAwayMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shop.middleware.OutOfRangeMiddleware",
]

ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# MariaDB has no conditional constraints and indexes, which allauth and django-q would like: nothing relies on them
# (an address is one account's because User.email itself is unique).
SILENCED_SYSTEM_CHECKS = ["models.W036", "models.W037"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shop.context_processors.shop",
            ],
        },
    },
]

# --- Database

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
_database.setdefault("OPTIONS", {})
_database["CONN_HEALTH_CHECKS"] = True  # else the first request after a database restart fails
_database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
if "sqlite" in _database["ENGINE"]:
    _database["OPTIONS"] |= {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
elif "mysql" in _database["ENGINE"]:
    _database["OPTIONS"] |= {
        "charset": "utf8mb4",
        "isolation_level": "read committed",
        # A use case tries five times (shop/transactions.py): all of them together must end before people give up.
        "connect_timeout": 5,
        "init_command": "SET sql_mode='TRADITIONAL', default_storage_engine=INNODB, innodb_lock_wait_timeout=5",
    }
    _database["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}

# --- People

AUTH_USER_MODEL = "shop.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "shop.customers.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "shop.customers.forms.LoginForm",
    "signup": "shop.customers.forms.SignupForm",
    "reauthenticate": "shop.customers.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Anybody buys at once. An address must be confirmed before what guests ordered with it is shown (orders/joining.py),
# and before a second factor can keep somebody else out of the account.
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "customers:account"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password is told to its owner
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SHOP_NAME}] "
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_ADAPTER = "shop.customers.second_factors.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SHOP_NAME
MFA_FORMS = {
    "authenticate": "shop.customers.factor_forms.AuthenticateForm",
    "reauthenticate": "shop.customers.factor_forms.ReauthenticateForm",
    "activate_totp": "shop.customers.factor_forms.ActivateTOTPForm",
    "add_webauthn": "shop.customers.factor_forms.AddPasskeyForm",
    "edit_webauthn": "shop.customers.factor_forms.RenamePasskeyForm",
    "authenticate_webauthn": "shop.customers.factor_forms.AuthenticatePasskeyForm",
    "login_webauthn": "shop.customers.factor_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "shop.customers.factor_forms.ReauthenticatePasskeyForm",
}
STAFF_NEED_SECOND_FACTOR = env.bool("STAFF_NEED_SECOND_FACTOR", default=False)  # to enter the admin
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# --- Language, time

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
TIME_ZONE = env.str("SHOP_TIME_ZONE", default="Europe/London")  # stored in UTC, shown in this zone
USE_I18N = True
USE_TZ = True

# --- Files

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Sheets and feeds that staff hand in, until they are read: nothing of it is served. Web server and worker share it.
INTAKE_ROOT = env.path("INTAKE_ROOT", default=str(BASE_DIR / "intake"))
ONIX_UPLOAD_MOST_BYTES = env.int("ONIX_UPLOAD_MOST_BYTES", default=500 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = [
    "shop.uploads.MostBytes",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# --- Mail, tasks, cache

vars().update(env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25"))
EMAIL_TIMEOUT = 10  # seconds: without a worker somebody waits for the mail to be taken
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SHOP_NAME} <books@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Who is told what to restock; without one, the stock keepers' own addresses.
STAFF_EMAIL = env.list("STAFF_EMAIL", default=[])

# Without a worker (the embedded default) tasks run right after the transaction that asked for them.
TASKS_NEED_WORKER = env.bool("TASKS_NEED_WORKER", default=False)
Q_CLUSTER = {
    "name": "endpaper",
    "orm": "default",
    "workers": 2,
    "timeout": 60,
    "retry": 120,
    "max_attempts": 10,
    "save_limit": -1,  # no task is kept once it is done: mails hold links that are secrets
    "catch_up": False,
}

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://endpaper")}

# --- Security

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # Bootstrap draws its form icons as data: images
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        # A form that leads on to Stripe's page is one that acts there, as browsers see it.
        "form-action": ["'self'", *([STRIPE_PAGES] if "stripe" in PAYMENT_GATEWAYS else [])],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ["camera", "geolocation", "microphone", "payment", "usb", "display-capture"]
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # guests' order links are secrets
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=60 * 60 * 24 * 365)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if env.bool("BEHIND_PROXY", default=False):  # only when the proxy always sets this header itself
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ALLAUTH_TRUSTED_PROXY_COUNT = 1  # whose failed logins to count: a socket has no address of its own

# --- Forms, logging

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = not DEBUG

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {  # else a line for every task, and five for every question to Stripe
        "django-q": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
    },
}
