"""Settings: the one reader of the environment. Every variable begins with SMB_; `smb doctor` names those it does not know."""

import json
import os
import secrets
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, cast
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.core.config import OAuthClient
from tools.connectors.core.endpoints import ROLES
from tools.connectors.core.endpoints import Role as EndpointRole
from tools.connectors.core.folders import known_vendors
from tools.sources.hosts import HostRule

MIN_SECRET_LENGTH = 32
LEAST_PASSWORD_MEMORY_KIB = 19_456
_MIN_DISTINCT_CHARACTERS = 10
_MIN_WEBHOOK_SECRET = 8
_PLACEHOLDERS = ("changeme", "change-me", "change_me", "placeholder", "default", "insecure")
_SIGNING_KEY_FILE = "signing.key"
_OTLP_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""OpenTelemetry's own name for it, which collectors' agents set."""
PROVIDER_KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OLLAMA_API_KEY")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class QueryHelp(StrEnum):
    OFF = "off"
    UNSURE = "unsure"


class Settings(BaseSettings):
    """What an installation can choose. An empty variable counts as absent."""

    model_config = SettingsConfigDict(env_prefix="SMB_", env_ignore_empty=True, extra="ignore", frozen=True)

    env: Environment = Environment.DEVELOPMENT
    home: Path = Path(".smb")
    """The data directory: embedded stores, uploads, the development secret."""
    database_url: str = ""
    """sqlite:///… or postgresql://…; by default a SQLite file in `home`."""
    durable_url: str = ""
    """The durable engine's own store; by default a SQLite file in `home`, or the PostgreSQL of `database_url`."""
    executor: str = "local"
    """Names this process among several servers of one PostgreSQL: each takes up its own jobs after a crash."""
    redis_url: str | None = None
    qdrant_url: str | None = None

    model: str = "embedded"
    """"embedded", or provider/name as litellm spells it."""
    model_fallbacks: Annotated[tuple[str, ...], NoDecode] = ()
    """Tried in order when `model` fails before its first token: a comma-separated list."""
    model_base_url: str | None = None
    model_api_key: SecretStr | None = None
    query_model: QueryHelp = QueryHelp.UNSURE
    """Whether a remote `model` fills the query of a question that leaves words unread."""
    query_model_seconds: float = Field(default=20.0, gt=0, le=120)
    """How long it may take for one question, a second try included."""
    expert_sql: bool = False
    """Whether analysts, admins and owners may ask in SQL of their own (see storage.expert)."""
    embedding_model: str = "embedded"
    run_token_budget: int = Field(default=200_000, gt=0)
    """Tokens that one run may use."""
    tenant_daily_cost_limit: float | None = Field(default=None, ge=0)
    """US dollars that one tenant may spend on models a day; no limit where absent."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins that browsers may call from: a comma-separated list. None by default: the page is served from here."""
    secret_key: SecretStr | None = None
    """Signs tokens. Required outside development."""
    previous_secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Earlier values of `secret_key`: they open the passwords that were sealed with them, and sign nothing any more."""
    source_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Database servers that tenants may ask: a comma-separated list of host[:port], *.domain[:port], or
    private:host[:port] for one whose address is loopback, link-local or private. Port 5432 where none is given."""
    source_folders: Annotated[tuple[Path, ...], NoDecode] = ()
    """Absolute folders whose database files tenants may ask: a comma-separated list."""
    public_url: str = ""
    """Where browsers reach this installation, as in https://smb.example: vendors send their owners back there, and are asked
    to post what changes there. By default http://{host}:{port} for browsers alone: nothing is subscribed at vendors then."""
    sync_minutes: int = Field(default=60, ge=0)
    """How often connections are brought up to date by themselves; 0: only when somebody asks."""
    connector_clients: Annotated[dict[str, OAuthClient], NoDecode] = Field(default_factory=dict[str, OAuthClient])
    """What vendors know this installation by, as JSON: {"shopify": {"client_id": "…", "client_secret": "…"}, …}."""
    connector_base_urls: Annotated[dict[str, str | dict[EndpointRole, str]], NoDecode] = Field(
        default_factory=dict[str, str | dict[EndpointRole, str]]
    )
    """Other servers in place of a vendor's own, as JSON: sandboxes and stand-ins. {"stripe": "http://127.0.0.1:9000"} is all
    of them; {"quickbooks": {"api": "https://sandbox-quickbooks.api.intuit.com"}} is those of one role (api, authorize, token,
    revoke). Tokens go there: for operators only."""
    webhook_secrets: dict[str, tuple[SecretStr, ...]] = Field(default_factory=dict[str, tuple[SecretStr, ...]])
    """What vendors sign webhooks with, as JSON: {"stripe": "whsec_…", "square": ["new", "old"], …}: several while one is
    replaced. Those of Shopify and HubSpot are in `connector_clients`."""
    pubsub_account: str = ""
    """The service account that pushes Gmail's changes, as in push@project.iam.gserviceaccount.com; none are taken where
    absent."""
    pubsub_audience: str = ""
    """Whom its tokens are for; by default the address that it posts to, as Pub/Sub has it."""
    pubsub_topic: str = Field(default="", pattern=r"^(projects/[\w.:-]+/topics/[\w.~+%-]+)?$")
    """Where Gmail tells of changes, as in projects/acme/topics/gmail: mailboxes are watched where it is set. Its push
    subscription posts to {public_url}/api/webhooks/gmail."""
    access_token_minutes: int = Field(default=30, gt=0, le=24 * 60)
    refresh_token_days: int = Field(default=30, gt=0, le=365)
    max_upload_bytes: int = Field(default=2 * 1024**3, gt=0)
    max_body_bytes: int = Field(default=1024**2, gt=0)
    """The largest request body that is not a file."""
    login_attempts: int = Field(default=10, gt=0)
    """Per e-mail address and quarter of an hour; ten times as many per network address."""

    password_memory_kib: int = Field(default=65_536, ge=64)
    """Memory that one password hash takes; outside tests at least 19,456 (OWASP's floor for argon2id)."""

    otlp_endpoint: str | None = None
    """An OpenTelemetry collector, as in http://localhost:4318: traces are made and sent there. OTEL_EXPORTER_OTLP_ENDPOINT
    where absent; no traces where both are."""
    trace_content: bool = False
    """Whether traces hold what is said to and by remote models."""

    openlineage_url: str | None = None
    """A receiver of OpenLineage events, as in http://localhost:5000 (Marquez): each import, sync and undoing is told there.
    Without it events are only kept (`smb lineage events`)."""
    openlineage_endpoint: str = "api/v1/lineage"
    """The path of events under it."""
    openlineage_api_key: SecretStr | None = None
    """Sent as a bearer token."""
    openlineage_namespace: str = Field(default="smb", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
    """Tells this installation's jobs and tables from others' at one receiver."""

    log_level: str = Field(default="INFO", pattern="^(?i:debug|info|warning|error)$")
    log_format: LogFormat | None = None
    """By default console in development, JSON elsewhere."""

    @field_validator(
        "model_fallbacks", "cors_origins", "previous_secret_keys", "source_hosts", "source_folders", mode="before"
    )
    @classmethod
    def _split_list(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("database_url", "durable_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and urlsplit(value).scheme.partition("+")[0] not in {"sqlite", "postgresql", "postgres"}:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("otlp_endpoint", "openlineage_url")
    @classmethod
    def _collector_by_http(cls, value: str | None) -> str | None:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("must begin with http:// or https://")
        return value

    @field_validator("source_hosts")
    @classmethod
    def _readable_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            HostRule.parse(text)
        return value

    @field_validator("source_folders")
    @classmethod
    def _absolute_folders(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        if any(not folder.is_absolute() or folder == Path(folder.anchor) for folder in value):
            raise ValueError("must be absolute folders, and not the root of everything")
        return value

    @field_validator("public_url")
    @classmethod
    def _public_origin(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("connector_clients", "connector_base_urls", mode="before")
    @classmethod
    def _read_json(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError("is no JSON") from None

    @field_validator("webhook_secrets", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        members = cast("dict[Any, Any]", value)
        return {name: [one] if isinstance(one, str) else one for name, one in members.items()}

    @field_validator("webhook_secrets")
    @classmethod
    def _no_short_secrets(cls, value: dict[str, tuple[SecretStr, ...]]) -> dict[str, tuple[SecretStr, ...]]:
        if any(len(one.get_secret_value()) < _MIN_WEBHOOK_SECRET for several in value.values() for one in several):
            raise ValueError(f"holds a secret of fewer than {_MIN_WEBHOOK_SECRET} characters")
        return value

    @field_validator("connector_clients", "connector_base_urls", "webhook_secrets")
    @classmethod
    def _known_vendors(cls, value: dict[str, Any]) -> dict[str, Any]:
        if unknown := sorted(set(value) - set(known_vendors())):
            raise ValueError(f"names no vendor of ours: {', '.join(unknown)}")
        return value

    @field_validator("connector_base_urls")
    @classmethod
    def _servers(cls, value: dict[str, str | dict[EndpointRole, str]]) -> dict[str, str | dict[EndpointRole, str]]:
        urls = [url for one in value.values() for url in ([one] if isinstance(one, str) else one.values())]
        if any(urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname for url in urls):
            raise ValueError("must begin with http:// or https://")
        return value

    @field_validator("home")
    @classmethod
    def _absolute_home(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @model_validator(mode="after")
    def _secret_outside_development(self) -> Self:
        if self.env is not Environment.DEVELOPMENT or self.secret_key is not None:
            problem = secret_problem(self.secret_key.get_secret_value() if self.secret_key else "")
            if problem:
                raise ValueError(f"SMB_SECRET_KEY {problem}")
        return self

    @model_validator(mode="after")
    def _hashes_that_resist(self) -> Self:
        if self.env is not Environment.TEST and self.password_memory_kib < LEAST_PASSWORD_MEMORY_KIB:
            raise ValueError(f"SMB_PASSWORD_MEMORY_KIB is below {LEAST_PASSWORD_MEMORY_KIB}")
        return self

    @property
    def embedded_store(self) -> bool:
        """True while the store is a SQLite file that belongs to one server."""
        return not self.database_url.startswith("postgres")

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'smb.sqlite3'}"

    @property
    def resolved_durable_url(self) -> str:
        """Without a driver: the durable engine chooses its own."""
        if self.durable_url:
            return self.durable_url
        if self.embedded_store:
            return f"sqlite:///{self.home / 'durable.sqlite3'}"
        return self.server_url

    @property
    def server_url(self) -> str:
        """PostgreSQL without a driver, for the pools of libraries that choose their own."""
        return "postgresql" + self.database_url[self.database_url.index("://") :]

    @property
    def resolved_log_format(self) -> LogFormat:
        return self.log_format or (LogFormat.CONSOLE if self.env is Environment.DEVELOPMENT else LogFormat.JSON)

    @property
    def resolved_otlp_endpoint(self) -> str | None:
        return self.otlp_endpoint or os.environ.get(_OTLP_ENDPOINT) or None

    @property
    def resolved_public_url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def connector_overrides(self) -> dict[str, dict[EndpointRole, str]]:
        """`connector_base_urls` by vendor and role."""
        return {
            vendor: dict.fromkeys(ROLES, one) if isinstance(one, str) else one
            for vendor, one in self.connector_base_urls.items()
        }

    @property
    def uploads(self) -> Path:
        return self.home / "uploads"


def secret_problem(secret: str) -> str | None:
    """Why a string cannot sign tokens, or None when it can."""
    if not secret:
        return "is not set"
    if len(secret) < MIN_SECRET_LENGTH:
        return f"is shorter than {MIN_SECRET_LENGTH} characters"
    if len(set(secret)) < _MIN_DISTINCT_CHARACTERS:
        return "repeats too few characters"
    if any(word in secret.lower() for word in _PLACEHOLDERS):
        return "looks like a placeholder"
    return None


def load_settings(**overrides: object) -> Settings:
    """The environment as settings; `overrides` win over it (command-line options, tests).

    Raises CopilotError naming each variable that cannot be used; no value is repeated in it.
    """
    try:
        return Settings(**overrides)  # pyright: ignore[reportArgumentType]: overrides are validated by pydantic
    except ValidationError as error:
        problems = [
            _describe(item["loc"], item["msg"]) for item in error.errors(include_input=False, include_url=False)
        ]
        raise CopilotError(
            ErrorKind.INVALID,
            "The settings cannot be used: " + "; ".join(problems) + ".",
            hint="Set a long random secret: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            if any("SMB_SECRET_KEY" in problem for problem in problems)
            else None,
        ) from None


def _describe(location: tuple[int | str, ...], message: str) -> str:
    text = message.removeprefix("Value error, ")
    return f"SMB_{str(location[0]).upper()} {text[:1].lower()}{text[1:]}" if location else text


def signing_secret(settings: Settings) -> str:
    """The secret that signs tokens. In development one is made once and kept in `home`, readable by its owner only."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.home / _SIGNING_KEY_FILE
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = path.read_text(encoding="ascii").strip()
        if secret_problem(secret):
            raise CopilotError(
                ErrorKind.INVALID,
                f"{path} holds no usable secret.",
                hint="Delete it: a new one is made, and everybody signs in again.",
            ) from None
        return secret
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret


def unknown_variables(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """SMB_ variables that mean nothing here: most likely misspelt."""
    known = {f"SMB_{name.upper()}" for name in Settings.model_fields}
    names = os.environ if environment is None else environment
    return tuple(sorted(name for name in names if name.startswith("SMB_") and name.upper() not in known))


def provider_keys() -> tuple[str, ...]:
    """Which model providers' keys are in the environment, by name only. litellm reads their values itself."""
    return tuple(name for name in PROVIDER_KEYS if os.environ.get(name))
