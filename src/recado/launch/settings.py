"""Django's settings. What an operator may set stands in `launch/environment.py`.

`RECADO_DB_ROLE` says as which role Django connects: `app` (the default), or `owner`, which only `recado migrate` uses.
Importing this needs neither a key file nor a database, so that type checkers and `makemigrations` work without them:
then the secret key is a random one that signs nothing anybody keeps, and the database is one that answers nothing.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from recado.foundation import database
from recado.foundation.crypto import KeyFileProblem
from recado.launch.environment import ALLOWED_HOSTS as ALLOWED_HOSTS_VARIABLE
from recado.launch.environment import document_bytes, public_url, webhook_networks

DEBUG = False


def _secret_key() -> str:
    try:
        return database.key_file().derive("django secret key").hex()
    except KeyFileProblem:
        return secrets.token_hex(32)


def _database(role: database.Role) -> dict[str, Any]:
    try:
        given = database.parameters(role)
    except (database.NoDatabase, KeyFileProblem):
        given = {"host": "127.0.0.1", "port": "1", "dbname": "none"}
    return {
        "ENGINE": "recado.foundation.postgresql",
        "NAME": given.pop("dbname"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
        "OPTIONS": given,
        # Kept open between requests, and looked at before use: a restarted PostgreSQL costs one reconnect, no error.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = _secret_key()
DATABASES = {
    "default": _database(database.Role(os.environ.get("RECADO_DB_ROLE") or "app")),
    "accounts": _database(database.Role.ACCOUNTS),  # the same database as another role: see launch/account_tables.py
}
DATABASE_ROUTERS = ["recado.launch.account_tables.AccountTables"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "clinics.User"

RECADO_WIRING = "recado.launch.wiring"  # read by foundation.wiring, so that lower rooms can call up
RECADO_PUBLIC_URL = public_url()
RECADO_DOCUMENT_BYTES = document_bytes()
RECADO_WEBHOOK_NETWORKS = webhook_networks()
_public = urlsplit(RECADO_PUBLIC_URL)
_is_https = _public.scheme == "https"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *([_public.hostname] if _public.hostname else [])]
ALLOWED_HOSTS += [host.strip() for host in os.environ.get(ALLOWED_HOSTS_VARIABLE, "").split(",") if host.strip()]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
CSRF_COOKIE_SECURE = _is_https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "recado.web.patient_pages.form_refused"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _is_https else None

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "recado.foundation",
    "recado.clinics",
    "recado.contacts",
    "recado.information",
    "recado.consent",
    "recado.tasks",
    "recado.webhooks",
    "recado.messaging",
    "recado.conversations",
    "recado.journeys",
    "recado.appointments",
    "recado.care_events",
    "recado.assistant",
    "recado.dialogues",
    "recado.knowledge",
    "recado.surveys",
    "recado.documents",
    "recado.api",
    "recado.integrations.csv_files",
    "recado.web",
    "recado.launch",
    "recado.launch.handset",
]

MIDDLEWARE = [
    "recado.web.security.SecurityHeaders",
    "recado.web.security.Arrived",
    "recado.web.security.NoNul",
    "recado.web.security.OwnOrigin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "recado.web.sign_in.at_work.AtWork",
    "recado.web.sign_in.lock.IdleLock",
]
AUTHENTICATION_BACKENDS = ["recado.web.sign_in.accounts.Accounts"]
SESSION_COOKIE_NAME = "recado"
SESSION_COOKIE_SECURE = _is_https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # a link from a colleague's e-mail opens signed in; forms are guarded by their token
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60  # a shift; the idle lock comes long before
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # never in a cookie
CACHES = {  # counts of tries, and codes used a moment ago: shared by all processes
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "recado_throttle",
        "KEY_FUNCTION": "recado.web.sign_in.throttle.hashed",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator gives the address; the product sends no e-mail
MFA_ADAPTER = "recado.web.sign_in.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
APPEND_SLASH = False  # an address is right or it is not there

ROOT_URLCONF = "recado.launch.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # documents are sealed rows, never files
    "staticfiles": {"BACKEND": "recado.launch.static_files.VersionedStatic"},
}

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("es", "Español"),
    ("id", "Bahasa Indonesia"),
]
USE_I18N = True
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "recado.launch.logs.PlainFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handlers would print requests (and mail them); its query log would print parameters.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},  # a page that isn't there is no event
        "django.db.backends": {"level": "WARNING"},
    },
}
