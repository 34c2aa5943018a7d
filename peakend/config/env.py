"""The one place that reads the environment.

Every setting has a safe default, so that an empty environment gives a working,
private installation on one machine.
"""

import os
import secrets
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import unquote, urlsplit


class SettingError(ValueError):
    """A setting in the environment cannot be used; the message names it."""


@dataclass(frozen=True)
class SpeechSettings:
    """What turns recordings into words: a folder with a model, or an OpenAI-compatible endpoint."""

    model: str = ""  # a folder; the name of the model where there is an endpoint
    url: str = ""
    key: str = field(default="", repr=False)
    language: str = ""  # zh, en; empty lets the engine tell
    threads: int = 2


@dataclass(frozen=True)
class LanguageModelSettings:
    """An OpenAI-compatible endpoint of one's own choice. Prices are per million tokens.

    budget and most_tokens bound one run; the budget needs the prices to be known.
    """

    url: str = ""
    model: str = ""
    key: str = field(default="", repr=False)
    requests_per_minute: int = 60
    tokens_per_minute: int = 60_000
    price_in: Decimal = Decimal(0)
    price_out: Decimal = Decimal(0)
    budget: Decimal | None = None
    most_tokens: int = 1_000_000

    @property
    def is_set(self) -> bool:
        """Whether there is an endpoint to ask."""
        return bool(self.url and self.model)


@dataclass(frozen=True)
class Environment:
    """What the environment says, typed."""

    home: Path
    database_url: str
    warehouse: str
    engine: str
    debug: bool
    demo: bool
    hosts: tuple[str, ...]
    base_url: str
    language: str
    time_zone: str
    mail_url: str
    mail_from: str
    proxies: int
    outbound_hosts: tuple[str, ...]
    language_model: LanguageModelSettings
    speech: SpeechSettings


def read_environment() -> Environment:
    """Read the settings from ``PEAKEND_*`` variables."""
    home = Path(os.environ.get("PEAKEND_HOME") or default_home()).expanduser().resolve()
    return Environment(
        home=home,
        database_url=os.environ.get("PEAKEND_DATABASE_URL") or f"sqlite:///{home}/peakend.sqlite3",
        warehouse=_warehouse() or str(home / "warehouse"),
        engine=_engine(),
        debug=_flag("PEAKEND_DEBUG"),
        demo=_flag("PEAKEND_DEMO"),
        hosts=_list("PEAKEND_HOSTS", "localhost,127.0.0.1,[::1]"),
        base_url=os.environ.get("PEAKEND_BASE_URL", "http://localhost:8000").rstrip("/"),
        language=os.environ.get("PEAKEND_LANGUAGE", "zh-hans"),
        time_zone=os.environ.get("PEAKEND_TIME_ZONE", "Asia/Shanghai"),
        mail_url=os.environ.get("PEAKEND_MAIL_URL", ""),
        mail_from=os.environ.get("PEAKEND_MAIL_FROM", "peakend@localhost"),
        proxies=_count("PEAKEND_TRUSTED_PROXIES"),
        outbound_hosts=_list("PEAKEND_OUTBOUND_HOSTS", ""),
        language_model=_language_model(),
        speech=SpeechSettings(
            model=os.environ.get("PEAKEND_SPEECH_MODEL", ""),
            url=os.environ.get("PEAKEND_SPEECH_URL", "").rstrip("/"),
            key=os.environ.get("PEAKEND_SPEECH_KEY", ""),
            language=os.environ.get("PEAKEND_SPEECH_LANGUAGE", ""),
            threads=_count("PEAKEND_SPEECH_THREADS", "2"),
        ),
    )


def default_home() -> Path:
    """The user's data directory, by the XDG rule."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "peakend"


def read_secret_key(home: Path) -> str:
    """The signing key: from the environment, or made once and kept beside the data."""
    if key := os.environ.get("PEAKEND_SECRET_KEY"):
        return key
    path = home / "secret.key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was faster; its key counts
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def database_settings(url: str) -> dict[str, object]:
    """Django's database dictionary for ``sqlite:///path`` or ``postgresql://…``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:] if parts.path.startswith("//") else parts.path,
            "OPTIONS": {
                "timeout": 30,
                # IMMEDIATE: a transaction that will write takes the lock at once and
                # waits, instead of failing when it upgrades a read lock.
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    "PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise SettingError(f"PEAKEND_DATABASE_URL: unknown database {parts.scheme!r}")


def mail_settings(url: str) -> dict[str, object]:
    """Django's e-mail settings for ``smtp[s]://user:password@host:port``; empty prints to nowhere."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"}:
        raise SettingError(f"PEAKEND_MAIL_URL: unknown scheme {parts.scheme!r}")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 20,
    }


def _language_model() -> LanguageModelSettings:
    budget = os.environ.get("PEAKEND_LLM_BUDGET", "")
    settings = LanguageModelSettings(
        url=os.environ.get("PEAKEND_LLM_URL", "").rstrip("/"),
        model=os.environ.get("PEAKEND_LLM_MODEL", ""),
        key=os.environ.get("PEAKEND_LLM_KEY", ""),
        requests_per_minute=_count("PEAKEND_LLM_REQUESTS_PER_MINUTE", "60"),
        tokens_per_minute=_count("PEAKEND_LLM_TOKENS_PER_MINUTE", "60000"),
        price_in=_money("PEAKEND_LLM_PRICE_IN", "0"),
        price_out=_money("PEAKEND_LLM_PRICE_OUT", "0"),
        budget=_money("PEAKEND_LLM_BUDGET", budget) if budget else None,
        most_tokens=_count("PEAKEND_LLM_MOST_TOKENS", "1000000"),
    )
    if settings.budget is not None and not (settings.price_in or settings.price_out):
        raise SettingError(
            "PEAKEND_LLM_BUDGET: a budget needs PEAKEND_LLM_PRICE_IN and PEAKEND_LLM_PRICE_OUT"
        )
    return settings


def _warehouse() -> str:
    """A folder, or a bucket of an object store that speaks S3."""
    value = os.environ.get("PEAKEND_WAREHOUSE", "").rstrip("/")
    scheme, found, rest = value.partition("://")
    if found and scheme not in {"s3", "file"}:
        raise SettingError(f"PEAKEND_WAREHOUSE: expected a folder or s3://…, got {scheme}://…")
    if found and "@" in rest.partition("/")[0]:
        raise SettingError(
            "PEAKEND_WAREHOUSE: credentials belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    return value


def _engine() -> str:
    """Where heavy work runs: in this process, or on a Spark cluster."""
    value = os.environ.get("PEAKEND_ENGINE") or "duckdb"
    if value != "duckdb" and not value.startswith("spark://"):
        raise SettingError(f"PEAKEND_ENGINE: expected duckdb or spark://host:port, got {value!r}")
    return value


def _money(name: str, default: str) -> Decimal:
    value = os.environ.get(name) or default
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise SettingError(f"{name}: expected an amount, got {value!r}")
    return amount


def _flag(name: str) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value not in {"", "0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise SettingError(f"{name}: expected 1 or 0, got {value!r}")
    return value in {"1", "true", "yes", "on"}


def _count(name: str, default: str = "0") -> int:
    value = os.environ.get(name) or default
    if not value.isdigit():
        raise SettingError(f"{name}: expected a whole number, got {value!r}")
    return int(value)


def _list(name: str, default: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in os.environ.get(name, default).split(",") if part.strip())
