"""Settings, all from the environment; the defaults serve `make run` on one machine.

| variable | meaning |
|---|---|
| DATABASE_URL | `sqlite:///path` (default, under TINHSO_VAR) or `postgres://…` |
| TINHSO_VAR | folder of the embedded database, keys and uploads (default `./var`) |
| TINHSO_PRODUCTION | `1`: HTTPS cookies, no demonstration accounts, secrets required |
| TINHSO_SECRET_KEY | Django's secret; outside production one is made and kept in TINHSO_VAR |
| TINHSO_PSEUDONYM_KEY | secret behind the public names of network elements, kept for ever; made like the above |
| TINHSO_SECRET_KEY_FALLBACKS | comma-separated former secrets, while a rotation lasts |
| TINHSO_HOSTS | comma-separated host names served |
| TINHSO_ADDRESS | address of this site in notices, e.g. `https://dichvucong.example.vn` (default: the first host) |
| TINHSO_ORIGIN | name of the log in its checkpoints, e.g. `namdinh.gov.vn/tinhso` |
| TINHSO_SECOND_FACTOR_ROLES | roles in force only with a second factor (production default `administrator,auditor`) |
| TINHSO_TRUSTED_PROXIES | how many reverse proxies append to X-Forwarded-For (default 0: the header is ignored) |
| TINHSO_CLIENT_SUBJECT_HEADER | header in which proxies hand over a client certificate's subject (default: none) |
| TINHSO_PROXY_ADDRESSES | comma-separated addresses of the proxies that may set it (default `127.0.0.1,::1`) |
| TINHSO_LOG_KEY | the log's signing keys, current first (default: made once under TINHSO_VAR/keys) |
| TINHSO_RECEIPT_KEY | keys behind the QR of receipts, current first (default: made once under TINHSO_VAR/keys) |
| TINHSO_PAPER_KEYS | JSON file that says how agencies' certificates are reached (default: demonstration certificates) |
| TINHSO_PORTAL_URL | where the national portal takes messages, https in production (default: none, they are kept) |
| TINHSO_PORTAL_TOKEN | the bearer token it asks for |
| TINHSO_SITE | address of the site as people know it, e.g. `https://dichvucong.example`; printed in QR codes |
| TINHSO_AUDIT_DETAIL_DAYS | after how many days values before and after of commands are erased (default 0: kept) |
| TINHSO_PUBLISH_DIR | folder checkpoints are also written to, to be published outside |
| TINHSO_OFDS_MAX_MB | largest network file (default 100) |
| TINHSO_OFDS_MEMORY_MB | most memory reading a JSON file may take (default 2048; a network: ten times its size) |
| TINHSO_OFDS_MAX_UPLOAD_MB | largest network file read within a web request, the worker reads others (default 25) |
| TINHSO_IMPRINT_OWNER | who answers for this site, in Vietnamese; shown at the foot of every page |
| TINHSO_IMPRINT_OWNER_EN | the same in English (default: as above) |
| TINHSO_IMPRINT_ADDRESS | their postal address |
| TINHSO_IMPRINT_CONTACT | their e-mail address, telephone number or https address |
| TINHSO_DASK_SCHEDULER | address of the Dask scheduler that `tinhso plan_country` uses (default: none) |
| TINHSO_CLAMD | clamd that scans what strangers upload: a socket's path or host:port (default: none) |
| TINHSO_SMS_URL | gateway that takes text messages by POST; default: files under TINHSO_VAR/sms |
| TINHSO_SMS_TOKEN | its bearer token |
| TINHSO_DOSSIER_DETAIL_DAYS | after how many days from its end a dossier's personal data are erased (default 0: kept) |
| TINHSO_DOSSIER_HELD_DAYS | the same where its result waits, or the national portal was not told (default 0: kept) |
| TINHSO_PAYMENT_TEXT_DAYS | after how many days the words and names banks tell of payers are erased (default 0: kept) |
| EMAIL_URL | `smtp://user:password@host:port`; default: files under TINHSO_VAR/mail |
| TINHSO_EMAIL_FROM | sender of e-mail (default `tinhso@localhost`) |
| TINHSO_NEW_PASSWORD | read by `tinhso create_administrator` instead of asking |
"""

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

PRODUCTION = os.environ.get("TINHSO_PRODUCTION") == "1"
TESTING = "pytest" in sys.modules
VAR = Path(os.environ.get("TINHSO_VAR") or "var").resolve()


def _secret(variable: str, file: str) -> str:
    """The secret from the environment; outside production, one made once and kept in VAR."""
    if given := os.environ.get(variable):
        return given
    if PRODUCTION:
        raise ImproperlyConfigured(f"{variable} must be set when TINHSO_PRODUCTION=1")
    if TESTING:
        return "tests-only"
    kept = VAR / "keys" / file
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not kept.exists():
        # Several processes may start at once: whoever links first has made the secret.
        fresh = kept.with_name(f"{file}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(fresh, kept)
        fresh.unlink()
    return kept.read_text()


SECRET_KEY = _secret("TINHSO_SECRET_KEY", "secret_key")
# Apart from SECRET_KEY, which rotates: the same element must keep its name from one measurement to the next.
PSEUDONYM_KEY = _secret("TINHSO_PSEUDONYM_KEY", "pseudonym_key")
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("TINHSO_SECRET_KEY_FALLBACKS", "").split(",") if key]
DEBUG = False
ALLOWED_HOSTS = os.environ.get("TINHSO_HOSTS", "localhost,127.0.0.1,[::1]" if not PRODUCTION else "").split(",")
if TESTING:
    ALLOWED_HOSTS = ["*"]
ADDRESS = os.environ.get(
    "TINHSO_ADDRESS", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://localhost:8000"
).rstrip("/")
ORIGIN = os.environ.get("TINHSO_ORIGIN", "tinhso.localhost/log")

# Layers, top to bottom: an app imports only from those below it (held by import-linter).
INSTALLED_APPS = [
    "tinhso.config",
    "tinhso.portal",
    "tinhso.programme",
    "tinhso.government.services",
    "tinhso.infrastructure.coverage",
    "tinhso.infrastructure.outages",
    "tinhso.infrastructure.planning",
    "tinhso.infrastructure.resilience",
    "tinhso.infrastructure.network",
    "tinhso.payments",
    "tinhso.measures",
    "tinhso.identity",
    "tinhso.places",
    "tinhso.workdays",
    "tinhso.proof",
    "tinhso.delivery",
    "tinhso.files",
    "tinhso.foundation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "tinhso.foundation.languages.ApiLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tinhso.foundation.errors.ProblemMiddleware",
    "tinhso.foundation.access.AccessMiddleware",
]

ROOT_URLCONF = "tinhso.config.urls"
WSGI_APPLICATION = "tinhso.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tinhso.portal.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "tinhso.foundation.templatetags.tinhso"],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(os.environ.get("DATABASE_URL", f"sqlite:///{VAR}/tinhso.sqlite3"), conn_max_age=60)
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # One writer at a time, readers never wait; a writer takes its lock at BEGIN so that it cannot fail midway.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
        ),
    }

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["tinhso.identity.backends.Backend"]
# Roles in force only once their holder has set up a second factor.
_second_factor = os.environ.get("TINHSO_SECOND_FACTOR_ROLES", "administrator,auditor" if PRODUCTION else "")
SECOND_FACTOR_ROLES = [role for role in _second_factor.split(",") if role]
TRUSTED_PROXIES = int(os.environ.get("TINHSO_TRUSTED_PROXIES", "0"))
# Who a machine is by its client certificate: believed only from these peers, which must drop the header of strangers.
CLIENT_SUBJECT_HEADER = os.environ.get("TINHSO_CLIENT_SUBJECT_HEADER", "")
PROXY_ADDRESSES = [part for part in os.environ.get("TINHSO_PROXY_ADDRESSES", "127.0.0.1,::1").split(",") if part]
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "identity:sign_in"
LOGIN_REDIRECT_URL = "portal:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["tinhso.foundation.formats"]
FORMAT_MODULE_PATH = ["tinhso.foundation.formats"]

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "files"
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_MAX_AGE = 31536000 if PRODUCTION else 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o640
PAPER_KEYS = os.environ.get("TINHSO_PAPER_KEYS", "")
PORTAL_URL = os.environ.get("TINHSO_PORTAL_URL", "")
PORTAL_TOKEN = os.environ.get("TINHSO_PORTAL_TOKEN", "")
if PRODUCTION and PORTAL_URL and not PORTAL_URL.startswith("https://"):
    raise ImproperlyConfigured("TINHSO_PORTAL_URL: the national portal is spoken to by https only")
SITE = os.environ.get("TINHSO_SITE", "").rstrip("/")
CLAMD = os.environ.get("TINHSO_CLAMD", "")
SMS_URL = os.environ.get("TINHSO_SMS_URL", "")
SMS_TOKEN = os.environ.get("TINHSO_SMS_TOKEN", "")
SMS_FOLDER = VAR / "sms"
DOSSIER_DETAIL_DAYS = int(os.environ.get("TINHSO_DOSSIER_DETAIL_DAYS", "0"))
DOSSIER_HELD_DAYS = int(os.environ.get("TINHSO_DOSSIER_HELD_DAYS", "0"))
PAYMENT_TEXT_DAYS = int(os.environ.get("TINHSO_PAYMENT_TEXT_DAYS", "0"))
AUDIT_DETAIL_DAYS = int(os.environ.get("TINHSO_AUDIT_DETAIL_DAYS", "0"))
OFDS_MAX_MB = int(os.environ.get("TINHSO_OFDS_MAX_MB", "100"))
OFDS_MEMORY_MB = int(os.environ.get("TINHSO_OFDS_MEMORY_MB", "2048"))
OFDS_MAX_UPLOAD_MB = int(os.environ.get("TINHSO_OFDS_MAX_UPLOAD_MB", "25"))

IMPRINT = {
    name: os.environ.get(f"TINHSO_IMPRINT_{name.upper()}", "").strip()
    for name in ("owner", "owner_en", "address", "contact")
}

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "long"],
    }
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

if email_url := os.environ.get("EMAIL_URL"):
    parts = urlsplit(email_url)
    EMAIL_HOST = parts.hostname or "localhost"
    EMAIL_PORT = parts.port or 25
    EMAIL_HOST_USER = unquote(parts.username or "")
    EMAIL_HOST_PASSWORD = unquote(parts.password or "")
    EMAIL_USE_TLS = parts.scheme == "smtps"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("TINHSO_EMAIL_FROM", "tinhso@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"tinhso": {"level": "INFO"}},
}
