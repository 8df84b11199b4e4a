"""Django's settings; everything a deployment may change comes from the environment."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from webapp.keyfiles import read_or_make

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / "data")).expanduser().resolve()
DEBUG = os.environ.get("DEBUG") == "1"

KEYS_DIR = DATA_DIR / "keys"
SECRET_KEY = os.environ.get("SECRET_KEY") or read_or_make(KEYS_DIR / "secret.key").hex()
SEALING_KEY_FILE = KEYS_DIR / "sealing.key"
SIGNING_DIR = KEYS_DIR / "signing"
# Certificates (PEM) of those whose signatures on pictures count; see docs/authenticity.md.
TRUST_DIR = Path(os.environ.get("TRUST_DIR", DATA_DIR / "trust"))
# tasks.process reads it from the environment, because tasks knows no Django.
WEIGHTS_DIR = Path(os.environ.setdefault("WEIGHTS_DIR", str(DATA_DIR / "weights")))
SCRATCH_DIR = DATA_DIR / "scratch"


def runtime_folder() -> Path:
    """Where sockets live: the data folder, or a short path when that is too long for a socket."""
    inside = DATA_DIR / "run"
    if len(str(inside)) < 80:  # the kernel allows 104 characters for the socket itself
        return inside
    name = sha256(str(DATA_DIR).encode()).hexdigest()[:12]
    return Path(gettempdir()) / f"prosopa-{os.getuid()}-{name}"


RUN_DIR = runtime_folder()
VALKEY_SOCKET = RUN_DIR / "valkey.sock"
# tasks.app reads it from the environment, because tasks knows no Django.
REDIS_URL = os.environ.setdefault("REDIS_URL", f"redis+socket://{VALKEY_SOCKET}?virtual_host=0")

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
ALLOWED_HOSTS = [
    name
    for name in (
        "localhost",
        "127.0.0.1",
        "[::1]",
        socket.gethostname().lower(),
        HOST,
        # Who listens on every address is asked under names only he knows, until he names them.
        *(os.environ.get("ALLOWED_HOSTS") or ("*" if HOST == "0.0.0.0" else "")).split(","),  # noqa: S104
    )
    if name
]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "webapp",
    "webapp.admin.apps.ProsopaAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "webapp.urls"
ASGI_APPLICATION = "webapp.asgi.application"
WSGI_APPLICATION = "webapp.wsgi.application"
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
                "webapp.pages.context.frame",
            ]
        },
    }
]

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "prosopa.sqlite3",
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
        ),
    },
    "TEST": {"NAME": os.environ.get("TEST_DATABASE", DATA_DIR / "test.sqlite3")},
}
DATABASE_URL = os.environ.get("DATABASE_URL")


def database() -> dict[str, Any]:
    """What DATABASE_URL says. Where webapp.asgi names a number, so many connections take turns."""
    if not DATABASE_URL:
        return SQLITE
    found: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL))
    most = os.environ.get("DATABASE_CONNECTIONS")
    if most and found["ENGINE"] == "django.db.backends.postgresql":
        pool = {"min_size": 1, "max_size": int(most), "timeout": 60}
        found["OPTIONS"] = {**found.get("OPTIONS", {}), "pool": pool}
    return found


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://").replace("virtual_host", "db"),
        "KEY_PREFIX": "prosopa",
    }
}
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", DATA_DIR / "media"))
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 60

AUTH_USER_MODEL = "webapp.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "photos"
AXES_FAILURE_LIMIT = 10
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
HTTPS = os.environ.get("HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "webapp.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "webapp.api.pagination.Pages",
    "DEFAULT_THROTTLE_CLASSES": ["webapp.api.throttles.UserThrottle"],
    "EXCEPTION_HANDLER": "webapp.api.problems.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Prosopa",
    "VERSION": "1",
    "DESCRIPTION": "What a photo gives away about the faces in it. Sign in with a key from your "
    "account page: `Authorization: Bearer KEY`. Errors are problem details (RFC 9457).",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,  # a file is bytes when it is sent and an address when told
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"ActEnum": "webapp.api.files.ACTS"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "webapp.api.schema.with_problems",
        "webapp.api.schema.with_kinds",
    ],
}

# What an upload may cost. Bytes are counted before the body is kept, pixels before decoding.
MAX_UPLOAD_BYTES = int(os.environ.get("MAX_UPLOAD_MB", "64")) * 1024 * 1024
MAX_PIXELS = int(os.environ.get("MAX_MEGAPIXELS", "120")) * 1_000_000
# Photos on their way in stay in the data folder, where the reaper finds what a crash left.
SCRATCH_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
FILE_UPLOAD_TEMP_DIR = SCRATCH_DIR
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# A job's life: see DESIGN.
JOB_LEASE = timedelta(seconds=float(os.environ.get("JOB_LEASE", "30")))
JOB_ATTEMPTS = 3
TRASH_DAYS = 30
EXPORT_DAYS = 7
PORTRAITS_A_DAY = int(os.environ.get("PORTRAITS_A_DAY", "40"))  # that one user may make
LESSONS_A_DAY = int(os.environ.get("LESSONS_A_DAY", "3"))  # people that one user may have learnt
# Pictures of people who do not exist that one user may make within a day.
IDENTITY_PICTURES_A_DAY = int(os.environ.get("IDENTITY_PICTURES_A_DAY", "1000"))
SHARE_DAYS, SHARE_DAYS_MOST = 7, 365  # until a link expires, unless its maker says otherwise
SHARE_VIEW = timedelta(minutes=30)  # how long one opening of a link shows its pictures
SHARE_KEPT = timedelta(days=30)  # how long an ended link is still listed

# Django's own default shows errors on the terminal only while DEBUG is on.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["terminal"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},  # not every address that was not found
    },
}

TIME_ZONE = os.environ.get("TZ", "UTC")
USE_TZ = True
LANGUAGE_CODE = "en-gb"
