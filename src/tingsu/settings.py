"""Settings: one file; typed readers fail loudly, secrets come also from `*_FILE` (`kernel/given.py`).

The command line (`tingsu.ops`) finds or starts the database and puts its addresses and the secrets into the environment
before Django loads; nothing here starts anything.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from tingsu.kernel.clients import read_proxies
from tingsu.kernel.given import flag, number, security, text

BASE_DIR = Path(__file__).resolve().parent
REPOSITORY = BASE_DIR.parent.parent
HOME = Path(os.environ.get("TINGSU_HOME", REPOSITORY / ".tingsu"))
"""Where durable data lives: database, files, secrets."""

DEMO = flag("TINGSU_DEMO")
DEBUG = flag("TINGSU_DEBUG")
SECRET_KEY = text("TINGSU_SECRET_KEY", "only-for-commands-that-serve-nobody" if not flag("TINGSU_SERVING") else None)
SECRET_KEY_FALLBACKS = text("TINGSU_SECRET_KEY_BEFORE", "").split()
"""Signing keys before this one: sessions and links that they signed stay good until they are forgotten (ops.keys)."""
MASTER_KEY = text("TINGSU_MASTER_KEY", "")
MASTER_KEYS_BEFORE = text("TINGSU_MASTER_KEY_BEFORE", "").split()
KEYS_IN = os.environ.get("TINGSU_KEYS_IN", "")
"""The file in which the master keys lie, to be read again after a turn; empty where the environment gives them."""
ALLOWED_HOSTS = text("TINGSU_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in text("TINGSU_ORIGINS", "").split(",") if origin]
PUBLIC_URL = text("TINGSU_PUBLIC_URL", "http://localhost:8000").rstrip("/")
"""The address that letters tell complainants."""
PREFIX = urlsplit(PUBLIC_URL).path.rstrip("/")
"""The path below which everything lies when a proxy gives us a part of a host only, such as /tingsu; else nothing."""
FORCE_SCRIPT_NAME = PREFIX or None
_PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
if _PUBLIC_HOST not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_PUBLIC_HOST)
_PUBLIC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(PUBLIC_URL))
if _PUBLIC_ORIGIN not in CSRF_TRUSTED_ORIGINS:
    # A proxy that does not say its scheme must not break every form.
    CSRF_TRUSTED_ORIGINS.append(_PUBLIC_ORIGIN)

INSTALLED_APPS = [
    "tingsu.kernel",
    "tingsu.pages",
    "tingsu.calendars",
    "tingsu.files",
    "tingsu.people",
    "tingsu.privacy",
    "tingsu.clocks",
    "tingsu.letters",
    "tingsu.process",
    "tingsu.registers",
    "tingsu.complaints",
    "tingsu.signing",
    "tingsu.triage",
    "tingsu.casework",
    "tingsu.settlement",
    "tingsu.aftercare",
    "tingsu.intake",
    "tingsu.inquiry",
    "tingsu.mail",
    "tingsu.outside",
    "tingsu.partners",
    "tingsu.phone",
    "tingsu.leadership",
    "tingsu.improvement",
    "tingsu.documents",
    "tingsu.competence",
    "tingsu.figures",
    "tingsu.warning",
    "tingsu.satisfaction",
    "tingsu.quality",
    "tingsu.planning",
    "tingsu.knowledge",
    "tingsu.protection",
    "tingsu.governance",
    "tingsu.evaluation",
    "tingsu.appraisal",
    "tingsu.hooks",
    "tingsu.conformity",
    "tingsu.setup",
    "tingsu.portal",
    "tingsu.desk",
    "tingsu.api",
    "tingsu.ops",
    "tingsu.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "tingsu.kernel.middleware.Clients",
    "tingsu.ops.web.health.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tingsu.kernel.middleware.Utf8",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tingsu.kernel.middleware.SecurityHeaders",
    "django.middleware.locale.LocaleMiddleware",
    "tingsu.pages.middleware.Doorkeeper",
    "django.middleware.common.CommonMiddleware",
    "tingsu.files.door.UploadDoor",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tingsu.kernel.middleware.OrganisationMiddleware",
    "tingsu.api.rates.Rates",
    "tingsu.people.middleware.Sessions",
    "tingsu.setup.middleware.SetUpFirst",
    "tingsu.demo.middleware.PracticeDoor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tingsu.pages.middleware.Refusals",
]
ROOT_URLCONF = "tingsu.urls"
WSGI_APPLICATION = "tingsu.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("tingsu.pages.loading.ByLanguage", ["tingsu.pages.loading.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tingsu.kernel.context.organisation",
            ],
        },
    }
]


_PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""A server that accepts and says nothing, and a network that swallows what is sent, are given up (seconds; the last in thousandths)."""


def _database() -> dict[str, Any]:
    role = os.environ.get("TINGSU_DB_ROLE", "app")
    dsn = conninfo_to_dict(os.environ.get(f"TINGSU_{role.upper()}_DSN", "dbname=tingsu"))
    return {
        "ENGINE": "tingsu.kernel.postgresql",
        "NAME": dsn.pop("dbname", "tingsu"),
        "USER": dsn.pop("user", ""),
        "PASSWORD": dsn.pop("password", ""),
        "HOST": dsn.pop("host", ""),
        "PORT": dsn.pop("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Only what asks for it is prepared on the server (kernel.rows); no statement becomes so by being repeated.
        "OPTIONS": {**_PATIENCE, **dsn, "prepare_threshold": 2**30},
    }


DATABASES = {"default": _database()}
TENANCY = text("TINGSU_TENANCY", "session")
"""How the database hears for whom we act: once per `session`, or in each `transaction` (kernel.tenancy)."""
if TENANCY not in {"session", "transaction"}:
    raise ImproperlyConfigured(f"TINGSU_TENANCY must be session or transaction, not {TENANCY!r}.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FORM_RENDERER = "tingsu.pages.widgets.Widgets"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS: list[Path] = []
LANGUAGE_COOKIE_NAME = "tingsu_language"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = f"{PREFIX}/static/"
STATIC_ROOT = BASE_DIR / "static_built" / "collected"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static_built" / "vendor_root"] if path.exists()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Only the supervisor serves fingerprinted names, having gathered them; tests and commands read the files as they are.
    "staticfiles": {
        "BACKEND": "tingsu.ops.storage.StaticFiles"
        if flag("TINGSU_SERVING")
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not flag("TINGSU_SERVING")
WHITENOISE_AUTOREFRESH = DEBUG

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "tingsu.people.passwords.NoWordsOfOurs"},
    {"NAME": "tingsu.people.leaked.NotLeaked"},
]
LEAKED_PASSWORDS = text("TINGSU_LEAKED_PASSWORDS", "")
"""A file of SHA-1 digests of leaked passwords, in order; Django's own twenty thousand are refused without it."""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = f"{PREFIX}/desk/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = f"{PREFIX}/accounts/login/"
ACCOUNT_ADAPTER = "tingsu.people.adapters.AccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# Failures are counted as rows by people.lockout: allauth's own counters would need a cache server.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "login": "tingsu.people.forms.SignInForm",
    "change_password": "tingsu.people.forms.OwnPasswordForm",
    "reauthenticate": "tingsu.people.forms.PresentPasswordForm",
}
MFA_ADAPTER = "tingsu.people.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "tingsu.people.forms.SecondFactorForm",
    "reauthenticate": "tingsu.people.forms.SecondFactorAgainForm",
    "activate_totp": "tingsu.people.forms.SwitchOnForm",
}
MFA_SUPPORTED_TYPES = ["totp"]
"""Recovery codes are made and shown by people.recovery; allauth's own would be kept so that they can be read again."""
MFA_TOTP_ISSUER = "听诉 Tingsu"

SESSION_ENGINE = "tingsu.people.sessions"
SESSION_COOKIE_AGE = 12 * 3600
"""For visitors of the public pages. Sessions of staff end by the rules of the organisation (people.sign_in_rules)."""
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{PREFIX}/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
if SESSION_COOKIE_SECURE:
    SECURE_HSTS_SECONDS = number("TINGSU_HSTS_SECONDS", 365 * 24 * 3600)
    """Browsers that came once by https do not come without it again; 0 for a firm that cannot promise that."""
    if not PREFIX:
        # No neighbour host and no plain page can set these (a path below the host rules the name out).
        SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-tingsu-session", "__Host-tingsu-csrf"
DEVICE_COOKIE_NAME = "__Host-tingsu-device" if SESSION_COOKIE_SECURE and not PREFIX else "tingsu_device"
CSRF_FAILURE_VIEW = "tingsu.pages.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
try:
    PROXIES = read_proxies(text("TINGSU_PROXIES", ""), text("TINGSU_PROXY_HEADER", ""))
    """Whose word about the client's address and scheme counts (kernel.clients). Django's own setting for it stays unset."""
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error

WEB_PROCESSES = number("TINGSU_WEB_PROCESSES", 2)
WEB_THREADS = number("TINGSU_WEB_THREADS", 4)
WEB_CONNECTIONS = number("TINGSU_WEB_CONNECTIONS", 2000)
WEB_QUEUE = number("TINGSU_WEB_QUEUE", 400)
WEB_QUEUE_SECONDS = number("TINGSU_WEB_QUEUE_SECONDS", 30)
WEB_HEADER_SECONDS = number("TINGSU_WEB_HEADER_SECONDS", 15)
WEB_BODY_MB = number("TINGSU_WEB_BODY_MB", 64)
WEB_BODY_SECONDS = number("TINGSU_WEB_BODY_SECONDS", 30)
WEB_SLOWEST_RATE = number("TINGSU_WEB_SLOWEST_RATE", 4000)
WEB_BODIES_OF_ONE = number("TINGSU_WEB_BODIES_OF_ONE", 64)
WEB_SPOOL_MB = number("TINGSU_WEB_SPOOL_MB", 2048)
WEB_LEAST_DISK_MB = number("TINGSU_WEB_LEAST_DISK_MB", 200)
LIMIT_SUBMISSIONS = number("TINGSU_LIMIT_SUBMISSIONS", 300)
"""What one address may do: an office, a dormitory or a mobile network is one address for hundreds of people."""
LIMIT_UPLOADS = number("TINGSU_LIMIT_UPLOADS", 1500)
LIMIT_DRAFTS = number("TINGSU_LIMIT_DRAFTS", 3000)
LIMIT_TRIES = number("TINGSU_LIMIT_TRIES", 60)
LIMIT_ASKS = number("TINGSU_LIMIT_ASKS", 60)
LIMIT_SIGN_INS = number("TINGSU_LIMIT_SIGN_INS", 100)
API_PER_MINUTE = number("TINGSU_API_PER_MINUTE", 1200)
"""Requests of one token a minute, all endpoints together."""
API_ANONYMOUS_PER_MINUTE = number("TINGSU_API_ANONYMOUS_PER_MINUTE", 120)
"""The same for an address that shows no token, or one that opens nothing."""
ACCESS_LOG = flag("TINGSU_ACCESS_LOG", True)
METRICS_TOKEN = text("TINGSU_METRICS_TOKEN", "")

MAIL_ISSUERS = text("TINGSU_MAIL_ISSUERS", "")
"""A file (PEM) with the issuers whose certificates for signed mail are believed; none is, where it is empty."""
OUTGOING_INSIDE = [one.strip() for one in text("TINGSU_OUTGOING_INSIDE", "").split(",") if one.strip()]
"""Hosts and networks inside the firm that an organisation's connections may call (kernel.outgoing)."""
BRAILLE = text("TINGSU_BRAILLE", "lou_translate")
"""The program of liblouis that writes braille, by name or path (letters.braille)."""
CLAMD = text("TINGSU_CLAMD", "")
"""Where the scanner for malware listens: the path of its socket, or host:port. Without it files say that nobody scanned them."""
QUOTA_VISITOR_MB = number("TINGSU_QUOTA_VISITOR_MB", 200)
QUOTA_CASE_MB = number("TINGSU_QUOTA_CASE_MB", 1000)
QUOTA_ORGANISATION_MB = number("TINGSU_QUOTA_ORGANISATION_MB", 500_000)
FILE_UPLOAD_HANDLERS = ["tingsu.files.arriving.SealedUploadHandler"]
"""Nothing of a file stands on the disk in clear, not even for the moment of its arrival."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 64
"""Twenty slips with three photos each; each form says how many it takes, and bodies have a limit of their own."""

EMAIL_BACKEND = "tingsu.letters.smtp.Backend"
EMAIL_HOST = text("TINGSU_SMTP_HOST", "")
EMAIL_PORT = number("TINGSU_SMTP_PORT", 587)
EMAIL_HOST_USER = text("TINGSU_SMTP_USER", "")
EMAIL_HOST_PASSWORD = text("TINGSU_SMTP_PASSWORD", "")
EMAIL_SECURITY = security("TINGSU_SMTP_TLS", "implicit" if EMAIL_PORT == 465 else "starttls")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = text("TINGSU_MAIL_FROM", "tingsu@localhost")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
SILENCED_SYSTEM_CHECKS = ["account.W001"]

LOG_FORM = text("TINGSU_LOG", "json" if flag("TINGSU_SERVING") else "lines")
if LOG_FORM not in {"json", "lines"}:
    raise ImproperlyConfigured(f"TINGSU_LOG must be json or lines, not {LOG_FORM!r}.")
SYSLOG_TO = text("TINGSU_SYSLOG", "")
SYSLOG = (
    {
        "syslog": {
            "()": "tingsu.kernel.logs.ToLogServer",
            "to": SYSLOG_TO,
            "formatter": "json",
            "filters": ["fewer_sent", "links"],
        }
    }
    if SYSLOG_TO
    else {}
)
"""The same lines as on standard error, to a log server as well (ASVS 16.4.3)."""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "tingsu.kernel.logs.JsonLines"}, "lines": {"()": "tingsu.kernel.logs.Lines"}},
    "filters": {
        "links": {"()": "tingsu.kernel.logs.CoverLinks"},
        "fewer": {"()": "tingsu.kernel.logs.Fewer"},
        "fewer_sent": {"()": "tingsu.kernel.logs.Fewer"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORM, "filters": ["fewer", "links"]},
        "nowhere": {"class": "logging.NullHandler"},
        **SYSLOG,
    },
    "root": {"handlers": ["console", *SYSLOG], "level": "WARNING"},
    "loggers": {
        "tingsu": {"level": "INFO"},
        # SQL with its parameters is never logged, whatever level somebody sets.
        "django.db.backends": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
        # Django's own handlers for its development server print whole tracebacks.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},
        "_granian": {"handlers": ["console", *SYSLOG], "level": "WARNING", "propagate": False},
        "granian.access": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
    },
}

LANGUAGE_NAMES = {"zh-Hans": _("Chinese"), "en": _("English")}
AUTH_USER_MODEL = "people.Account"
