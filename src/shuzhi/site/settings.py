"""Settings. Everything a county changes comes from the environment (docs/guide/operations.md lists it)."""

import os
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import dj_database_url
from cryptography.fernet import Fernet
from django.utils.translation import gettext_lazy as _


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def _kept_key(name: str, make: Callable[[], str]) -> str:
    """A key from the environment, else from the data folder, where it is made once with owner-only access."""
    if value := os.environ.get(name):
        return value
    path = SHUZHI_DATA_DIR / "keys" / name.lower()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


PACKAGE = Path(__file__).resolve().parent

SHUZHI_DATA_DIR = Path(os.environ.get("SHUZHI_DATA_DIR", "var")).resolve()
SHUZHI_PRODUCTION = _flag("SHUZHI_PRODUCTION", False)
SHUZHI_SYNTHETIC = _flag("SHUZHI_SYNTHETIC", not SHUZHI_PRODUCTION)
# How the county calls itself on every page; the demo county is the default.
SHUZHI_NAME = os.environ.get("SHUZHI_NAME", "云江市民之桥")
SHUZHI_NAME_EN = os.environ.get("SHUZHI_NAME_EN", "Yunjiang Citizens’ Bridge")
SHUZHI_GOVERNMENT = os.environ.get("SHUZHI_GOVERNMENT", "云江市人民政府")
SHUZHI_GOVERNMENT_EN = os.environ.get("SHUZHI_GOVERNMENT_EN", "Yunjiang City People’s Government")
SHUZHI_CODE_PREFIX = os.environ.get("SHUZHI_CODE_PREFIX", "YJ")
# Reports of the public from one address in ten minutes: enough for a family; a desk with many visitors raises it.
SHUZHI_REPORTS_PER_ADDRESS = int(os.environ.get("SHUZHI_REPORTS_PER_ADDRESS", "20"))
# Where the facts for figures lie (default: warehouse/ in the data folder), and who counts them: "duckdb", or the
# address of a Spark master, e.g. "spark://host:7077" or "local[4]", that sees the same folder.
SHUZHI_WAREHOUSE_DIR = os.environ.get("SHUZHI_WAREHOUSE_DIR", "")
SHUZHI_WAREHOUSE_ENGINE = os.environ.get("SHUZHI_WAREHOUSE_ENGINE", "duckdb")
# At which hour of the night a model is learnt from what people chose; empty: only when somebody asks for it.
SHUZHI_LEARN_HOUR = int(os.environ.get("SHUZHI_LEARN_HOUR", "2") or -1)
SHUZHI_HOTLINE = os.environ.get("SHUZHI_HOTLINE", "12345")
SHUZHI_MESSAGE_GATEWAY = os.environ.get("SHUZHI_MESSAGE_GATEWAY", "file")
SHUZHI_DATA_KEY = _kept_key("SHUZHI_DATA_KEY", lambda: Fernet.generate_key().decode())

SECRET_KEY = _kept_key("SHUZHI_SECRET_KEY", lambda: secrets.token_urlsafe(64))
DEBUG = _flag("SHUZHI_DEBUG", False)
ALLOWED_HOSTS = os.environ.get("SHUZHI_HOSTS", "*" if not SHUZHI_PRODUCTION else "localhost").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("SHUZHI_ORIGINS", "").split(",") if origin]

ROOMS = (
    "registry",
    "notices",
    "statistics",
    "ledger",
    "knowledge",
    "intake",
    "casework",
    "insight",
    "policy",
    "cockpit",
)

INSTALLED_APPS = [
    "shuzhi.site.apps.SiteConfig",
    "shuzhi.spine",
    *[f"shuzhi.domains.{room}" for room in ROOMS],
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shuzhi.site.requests.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shuzhi.site.requests.ActorMiddleware",
    "shuzhi.site.login.sessions.StaffSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shuzhi.site.requests.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "shuzhi.site.urls"
WSGI_APPLICATION = "shuzhi.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "shuzhi.site.requests.page_context",
            ],
            "builtins": [
                "shuzhi.site.templatetags.shuzhi",
                "shuzhi.site.charts",
                "shuzhi.site.drawings.flows",
                "shuzhi.site.drawings.maps",
                "shuzhi.site.drawings.series",
                "django.templatetags.i18n",
                "django_htmx.templatetags.django_htmx",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("SHUZHI_DATABASE_URL", f"sqlite:///{SHUZHI_DATA_DIR / 'shuzhi.sqlite3'}"),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at the start: no deadlock between readers who want to become writers.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Pages of 8 KiB hold seven sealed entries, those of 4 KiB three; a file that exists keeps its own size. What was
        # committed goes from the log to the file once 16 MiB came together: pages written again and again go once.
        # What is mapped (32 MiB) and cached (64 MiB) of the file counts as memory of each process.
        "init_command": (
            "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=2000;"
            "PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA mmap_size=33554432; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
        ),
    }

# Shared by the processes of this machine; holds counted figures only, never a person's data.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": SHUZHI_DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

AUTH_USER_MODEL = "spine.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]

AXES_HANDLER = "shuzhi.site.login.lockout.LockoutHandler"  # five failures per account, twenty per address
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "shuzhi.site.requests.client_address"
AXES_LOCKOUT_CALLABLE = "shuzhi.site.login.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # log-ins are in our own audit trail
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "shuzhi.spine.accounts.passwords.ThreeOfFourClasses"},
    {"NAME": "shuzhi.spine.accounts.passwords.NotOneOfTheLastFive"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
CSRF_FAILURE_VIEW = "shuzhi.site.pages.forbidden"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/desk/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale", PACKAGE / "login" / "locale"]
LANGUAGE_COOKIE_AGE = 31_536_000
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = SHUZHI_DATA_DIR / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "shuzhi.site.wheel_assets.WheelAssetFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

SESSION_COOKIE_AGE = 12 * 3600  # absolute end; the idle end is SHUZHI_IDLE_MINUTES
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SHUZHI_IDLE_MINUTES = int(os.environ.get("SHUZHI_IDLE_MINUTES", "30"))
SHUZHI_REQUIRE_SECOND_FACTOR = _flag("SHUZHI_REQUIRE_SECOND_FACTOR", SHUZHI_PRODUCTION)
OTP_TOTP_ISSUER = SHUZHI_NAME_EN

# Staff log-in through the county's own identity provider (OpenID Connect); off while the issuer is empty.
SHUZHI_OIDC_ISSUER = os.environ.get("SHUZHI_OIDC_ISSUER", "")
SHUZHI_OIDC_CLIENT_ID = os.environ.get("SHUZHI_OIDC_CLIENT_ID", "")
SHUZHI_OIDC_CLIENT_SECRET = os.environ.get("SHUZHI_OIDC_CLIENT_SECRET", "")
SHUZHI_OIDC_CLAIM = os.environ.get(
    "SHUZHI_OIDC_CLAIM", "preferred_username"
)  # equals the user name of an account
# Access tokens of the same provider for the API: what they must be made for; none are taken while it is empty.
SHUZHI_OIDC_AUDIENCE = os.environ.get("SHUZHI_OIDC_AUDIENCE", "")

# The public ledger: its name (a URL without scheme), the organ that answers where no unit does, its folder (default:
# ledger/ in the data folder), copies of its public files, and the ports to signers, checks, time stamps and courts.
SHUZHI_LEDGER_NAME = os.environ.get("SHUZHI_LEDGER_NAME", "ledger.yunjiang.example")
SHUZHI_LEDGER_ORGAN = os.environ.get("SHUZHI_LEDGER_ORGAN", "hotline")
SHUZHI_LEDGER_DIR = os.environ.get("SHUZHI_LEDGER_DIR", "")
SHUZHI_LEDGER_SIGNERS = os.environ.get("SHUZHI_LEDGER_SIGNERS", "shuzhi.domains.ledger.signing.key_files")
SHUZHI_LEDGER_CHECKS = os.environ.get("SHUZHI_LEDGER_CHECKS", "")
SHUZHI_LEDGER_SM3 = _flag("SHUZHI_LEDGER_SM3", False)
SHUZHI_LEDGER_MIRRORS = [place for place in os.environ.get("SHUZHI_LEDGER_MIRRORS", "").split(",") if place]
SHUZHI_LEDGER_ANCHOR_DROP = os.environ.get("SHUZHI_LEDGER_ANCHOR_DROP", "")
SHUZHI_LEDGER_ANCHOR_TSA = os.environ.get("SHUZHI_LEDGER_ANCHOR_TSA", "")
SHUZHI_LEDGER_ANCHOR_TSA_ROOT = os.environ.get("SHUZHI_LEDGER_ANCHOR_TSA_ROOT", "")
SHUZHI_LEDGER_ANCHOR_ADAPTER = os.environ.get("SHUZHI_LEDGER_ANCHOR_ADAPTER", "")

# A language model with an OpenAI-compatible interface may put articles into plain words for a draft; no address: off.
SHUZHI_REPHRASE_URL = os.environ.get("SHUZHI_REPHRASE_URL", "")  # e.g. https://models.example/v1
SHUZHI_REPHRASE_KEY = os.environ.get("SHUZHI_REPHRASE_KEY", "")
SHUZHI_REPHRASE_MODEL = os.environ.get("SHUZHI_REPHRASE_MODEL", "")
SHUZHI_REPHRASE_SECONDS = float(os.environ.get("SHUZHI_REPHRASE_SECONDS", "10"))

# Messages: console | file | email | sms (phones go to the sms gateway, addresses to e-mail, when several: "sms,email")
SHUZHI_SMS_URL = os.environ.get("SHUZHI_SMS_URL", "")
SHUZHI_SMS_SECRET = os.environ.get("SHUZHI_SMS_SECRET", "")
SHUZHI_PUBLIC_URL = os.environ.get(
    "SHUZHI_PUBLIC_URL", "http://localhost:8000"
)  # CloudEvents source, links in messages
SHUZHI_WEBHOOK_ALLOW_PRIVATE = _flag("SHUZHI_WEBHOOK_ALLOW_PRIVATE", False)
EMAIL_HOST = os.environ.get("SHUZHI_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("SHUZHI_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("SHUZHI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SHUZHI_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("SHUZHI_SMTP_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("SHUZHI_MAIL_FROM", "no-reply@example.invalid")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SHUZHI_PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = _flag("SHUZHI_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"httpx": {"level": "WARNING"}},  # a line for each question to a witness says nothing
    "root": {"handlers": ["console"], "level": os.environ.get("SHUZHI_LOG_LEVEL", "INFO")},
}
