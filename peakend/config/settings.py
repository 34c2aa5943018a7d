"""Django's settings, derived from :mod:`peakend.config.env`."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from peakend.config.env import database_settings, mail_settings, read_environment, read_secret_key

ENV = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent
HOME = ENV.home
DEMO = ENV.demo
BASE_URL = ENV.base_url
# Hosts of one's own that webhooks may reach although they are not public ('host' or 'host:port').
OUTBOUND_HOSTS = ENV.outbound_hosts
# Optional: a language model to compare the built-in reading with.
LANGUAGE_MODEL = ENV.language_model
# Optional: what turns recordings into words.
SPEECH = ENV.speech

DEBUG = ENV.debug
SECRET_KEY = read_secret_key(HOME)
ALLOWED_HOSTS = list(ENV.hosts)
ROOT_URLCONF = "peakend.config.urls"
WSGI_APPLICATION = "peakend.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organization.User"

# The rooms, from the ground up. The order is the order of the layers.
ROOMS = [
    "organization",
    "jobs",
    "offerings",
    "customers",
    "journeys",
    "messages",
    "events",
    "voices",
    "surveys",
    "opinions",
    "conversations",
    "recordings",
    "reasons",
    "themes",
    "metrics",
    "alerts",
    "cases",
    "improvements",
    "loop",
    "web",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "auditlog",
    "django_tasks",
    "django_tasks_db",
    *(f"peakend.{room}" for room in ROOMS),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "peakend.web.content_security_policy.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "peakend.web.access.AccessMiddleware",
    "peakend.web.metrics.middleware.MetricsMiddleware",
    "peakend.web.one_moment.OneMomentMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "peakend.web.administration.audit_middleware.AuditMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # One template folder a room; the shell's own stands first.
        "DIRS": [PACKAGE / "web" / "templates", *sorted((PACKAGE / "web").glob("*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "peakend.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": database_settings(ENV.database_url)}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
CACHES = {
    # Throttling counts must be seen by every process: they live in the database.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "peakend_cache",
    }
}

AUTHENTICATION_BACKENDS = ["peakend.web.accounts.loopback.LoopbackBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "peakend.web.accounts.adapter.ClosedAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "login": "30/m/ip"}
# Whose X-Forwarded-For is believed when attempts are counted and addresses noted.
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.proxies
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True

LANGUAGE_CODE = ENV.language
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [*sorted(PACKAGE.glob("*/locale")), *sorted((PACKAGE / "web").glob("*/locale"))]
TIME_ZONE = ENV.time_zone
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
# The front-end build writes what is served where it is served from: nothing to collect.
STATIC_ROOT = PACKAGE / "web" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BASE_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.proxies else None
    SECURE_HSTS_SECONDS = 31_536_000
    CSRF_TRUSTED_ORIGINS = [BASE_URL]

globals().update(mail_settings(ENV.mail_url))
DEFAULT_FROM_EMAIL = ENV.mail_from

SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django would mail its errors to nobody; here they are said where the server runs.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
