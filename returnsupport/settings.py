"""Settings. Everything that differs between machines comes from the environment (README, "Running it for real")."""

import os
import stat
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

DEMO = os.environ.get("RETURNSUPPORT_DEMO") == "1"
DEBUG = False


def key_material(name: str, *, optional: bool = False) -> str:
    """A secret from the environment, or from a file that only its owner can read; "" for an optional one not given."""
    value = os.environ.get(name)
    if value:
        return value
    file = os.environ.get(f"{name}_FILE")
    if not file:
        if optional:
            return ""
        raise ImproperlyConfigured(f"Set {name}, or {name}_FILE to a file of mode 0600 outside the repository.")
    path = Path(file).resolve()
    if path.is_relative_to(BASE_DIR):
        raise ImproperlyConfigured(f"{name}_FILE lies inside the repository; move it outside.")
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ImproperlyConfigured(f"{path} can be read by others: chmod 600 it.")
        return path.read_text().strip()
    except OSError as problem:
        raise ImproperlyConfigured(f"{path} cannot be read: {problem.strerror}.") from problem


SECRET_KEY = key_material("RETURNSUPPORT_SECRET_KEY")
MASTER_KEY = key_material("RETURNSUPPORT_MASTER_KEY")
# Only while the master key is being replaced (docs/keys.md): both are accepted beside it, new data keys are made under it.
NEW_MASTER_KEY = key_material("RETURNSUPPORT_NEW_MASTER_KEY", optional=True)
OLD_MASTER_KEY = key_material("RETURNSUPPORT_OLD_MASTER_KEY", optional=True)
# Where erasures are written down a second time, outside the database, to be repeated after a backup is restored.
ERASURE_LEDGER_FILE = os.environ.get("RETURNSUPPORT_ERASURE_LEDGER_FILE", "")


def files_root() -> Path:
    """Where sealed files lie: a directory from the environment, outside the repository and what is served from it."""
    named = os.environ.get("RETURNSUPPORT_FILES")
    if not named:
        raise ImproperlyConfigured("Set RETURNSUPPORT_FILES to a directory outside the repository, for sealed files.")
    path = Path(named)
    if not path.is_absolute():
        raise ImproperlyConfigured("RETURNSUPPORT_FILES must be a whole path, beginning with /.")
    if path.resolve().is_relative_to(BASE_DIR):
        raise ImproperlyConfigured("RETURNSUPPORT_FILES lies inside the repository; move it outside.")
    return path


FILES_ROOT = files_root()


def database(url: str) -> dict:
    """A postgresql:// address as Django wants it; a socket directory may stand in the query as host=."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("Only PostgreSQL: DATABASE_URL starts with postgresql://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": options.pop("port", None) or parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # What is asked through `organisations.models.prepared` is prepared the first time; nothing else is.
        "OPTIONS": {"prepare_threshold": 0, **options},
    }


if not os.environ.get("DATABASE_URL"):
    raise ImproperlyConfigured("Set DATABASE_URL to a PostgreSQL database (runtime role).")
DATABASES = {"default": database(os.environ["DATABASE_URL"])}
# The role that serves. While the owner migrates, DATABASE_URL is the owner's and this still names who gets the grants.
RUNTIME_ROLE = os.environ.get("RETURNSUPPORT_RUNTIME_ROLE") or DATABASES["default"]["USER"]

hosts = os.environ.get("RETURNSUPPORT_HOSTS", "127.0.0.1,localhost" if DEMO else "")
ALLOWED_HOSTS = [host for host in hosts.split(",") if host]
# Where mails lead to.
SITE_ADDRESS = f"https://{ALLOWED_HOSTS[0]}" if ALLOWED_HOSTS and not DEMO else "http://127.0.0.1:8000"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not DEMO]

INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "django_countries",
    "crispy_forms",
    "crispy_bootstrap5",
    "returnsupport",
    "organisations",
    "cases",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "returnsupport.middleware.PlainText",
    "django.middleware.security.SecurityMiddleware",
    "returnsupport.middleware.StrictPages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "returnsupport.middleware.LastSeen",
    "returnsupport.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "returnsupport.middleware.OneTransaction",
    "returnsupport.middleware.Presence",
    "returnsupport.middleware.DeclaredAccess",
]

ROOT_URLCONF = "returnsupport.urls"
WSGI_APPLICATION = "returnsupport.wsgi.application"
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
                "returnsupport.context.house",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.templatetags.cache",
                "returnsupport.templatetags.days",
                "returnsupport.templatetags.phones",
            ],
        },
    }
]

# Fields look for their templates here first (templates/django/forms/).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- people -------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["organisations.backends.ConfirmedAddress"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# A link for a new password works as long as one of an invitation.
PASSWORD_RESET_TIMEOUT = 24 * 3600
# Made by set-up; refused are the long ones among the million passwords most common in breaches.
BREACHED_PASSWORDS = BASE_DIR / ".assets" / "breached-passwords.txt.gz"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "organisations.accounts.LongEnough", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "organisations.accounts.NotBreached",
        "OPTIONS": {"password_list_path": BREACHED_PASSWORDS},
    },
    {
        "NAME": "organisations.accounts.NotAboutYou",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "organisations.accounts.OurAccounts"
USERSESSIONS_ADAPTER = "organisations.accounts.OurSessions"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A message, without content, when the password, the second step or an address changes.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {"reset_password": "organisations.backends.ResetPassword"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# A whole shelter sits behind one address: strict per account, generous per address.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "300/m/ip,10/5m/key",
    "change_password": "5/m/user",
    "reset_password": "300/m/ip,5/m/key",
    "reset_password_from_key": "300/m/ip",
    "reauthenticate": "10/m/user",
    "change_phone": False,
    "manage_email": "10/m/user",
    "signup": "20/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("RETURNSUPPORT_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "organisations.accounts.SealedSecondStep"
MFA_TOTP_ISSUER = "returnsupport"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # our script sends it along with what it keeps
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Nobody is signed in longer than a shift without doing anything; every use in between begins it anew.
SESSION_COOKIE_AGE = 12 * 3600
# Nor longer than this without opening a page, typing or clicking (organisations/views/presence.py).
IDLE_SECONDS = 15 * 60
IDLE_WARNING_SECONDS = 2 * 60
LANGUAGE_COOKIE_SECURE = not DEMO

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "returnsupport_cache",
        # The counters of the throttle name network addresses; what the table holds names nobody.
        "KEY_FUNCTION": "returnsupport.cache_keys.unreadable",
        # Past this number Django throws live entries away, and whoever is throttled would be free: Django's own 300
        # is reached with a minute of guessing.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
    # Pieces of pages that are the same for everybody with the same roles: nothing of a case, nothing of a person.
    "pieces": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pieces"},
}

EMAIL_BACKEND = os.environ.get("RETURNSUPPORT_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 10
EMAIL_HOST = os.environ.get("RETURNSUPPORT_EMAIL_HOST", "localhost")
DEFAULT_FROM_EMAIL = os.environ.get("RETURNSUPPORT_EMAIL_FROM", "noreply@localhost")

# --- pages --------------------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = not DEMO and os.environ.get("RETURNSUPPORT_TLS_REDIRECT", "1") == "1"
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
# Everything typed into one form together; a file has its own limit (organisations/rules/files.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["returnsupport.uploads.InMemory"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".static"
STATICFILES_DIRS = [BASE_DIR / "returnsupport" / "assets", ("vendor", BASE_DIR / ".assets" / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LANGUAGE_CODE = "en"
# What the list of the library leaves out or calls by another name than people here do.
COUNTRIES_OVERRIDE = {
    "XK": _("Kosovo"),
    "SS": _("South Sudan"),
    "IM": _("Isle of Man"),
    "PS": _("Palestinian Territories"),
}
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_LANGUAGES = ("en", "nl")
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "nl")
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
FORMAT_MODULE_PATH = ["returnsupport.formats"]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- logs: what went wrong and where, never what was in it ---------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"bare": {"()": "returnsupport.logs.BareFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "bare"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.db.backends": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
