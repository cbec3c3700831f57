"""Every setting, read once from the environment, each with its meaning. Nothing else reads the environment."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What a deployment may set, as `TAILRACE_<NAME>` (and `DATABASE_URL`, which every host knows)."""

    model_config = SettingsConfigDict(env_prefix="TAILRACE_", env_ignore_empty=True, frozen=True)

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="A PostgreSQL server, version 18 or newer, as the application's login. Unset: the embedded server.",
    )
    migration_database_url: SecretStr | None = Field(
        default=None,
        description="The same database as its owner, for migrations and set-up. Unset: as DATABASE_URL.",
    )
    home: Path = Field(
        default=PROJECT / ".tailrace", description="Where the embedded server keeps its data and the demo its secrets."
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port to listen on.")
    public_url: str | None = Field(
        default=None, description="How clients reach the server, without a trailing slash. Unset: http://host:port."
    )
    quick_connections: int = Field(
        default=4,
        ge=1,
        le=100,
        description="Database connections of one server process for ordinary requests. Few: one process computes for one "
        "request at a time, and more than are ready for it only crowd its caches.",
    )
    heavy_connections: int = Field(
        default=4,
        ge=1,
        le=100,
        description="Those for analytics that scan and for the largest requests, so that quick ones never wait for them.",
    )
    long_connections: int = Field(
        default=8,
        ge=2,
        le=100,
        description="Those for uploads and downloads, each of which lasts as long as somebody sends.",
    )
    statement_timeout: float = Field(
        default=30.0, gt=0, description="Seconds after which a query of a request is ended."
    )
    token_lifetime: timedelta = Field(default=timedelta(minutes=15), description="How long an access token lives.")
    upload_lifetime: timedelta = Field(default=timedelta(hours=24), description="How long an upload may take.")
    download_lifetime: timedelta = Field(default=timedelta(minutes=5), description="How long a download link lives.")
    largest_upload: int = Field(default=256 * 1024 * 1024, gt=0, description="Bytes that one report may have.")
    largest_proof: int = Field(
        default=20 * 1024 * 1024, gt=0, description="Bytes that one file may have that proves a claim for funds."
    )
    scan_address: str | None = Field(
        default=None,
        pattern=r"^.+:\d{1,5}$",
        description="A ClamAV daemon (host:port) that looks at proofs before they are taken. Unset: nobody looks at them.",
    )
    largest_request: int = Field(
        default=1024 * 1024, gt=0, description="Bytes that the body of a GraphQL request may have."
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="A Redis in which all server processes count together what clients ask. Unset: each for itself.",
    )
    cost_per_request: int = Field(default=50_000, gt=0, description="Points that one document may cost.")
    cost_per_minute: int = Field(default=3_000_000, ge=0, description="Points a minute of one client. 0: no limit.")
    requests_per_minute: int = Field(default=6_000, ge=0, description="Requests a minute of one client. 0: no limit.")
    uploads_per_minute: int = Field(default=120, ge=0, description="Uploads a minute of one client. 0: no limit.")
    token_requests_per_minute: int = Field(
        default=600,
        ge=0,
        description="Requests a minute to the authorization server from one address; a tenth of it for each client there. "
        "0: no limit.",
    )
    longest_document: int = Field(default=65_536, gt=0, description="Characters that a document may have.")
    most_tokens: int = Field(default=4_000, gt=0, description="Words and signs that a document may have.")
    most_fields: int = Field(
        default=1_000, gt=0, description="Fields that a document may have with its fragments spread."
    )
    most_aliases: int = Field(
        default=30, ge=0, description="Aliases that a document may have with its fragments spread."
    )
    deepest_field: int = Field(default=20, gt=0, description="How deep fields may stand in fields.")
    longest_address: int = Field(default=16_384, gt=0, description="Characters that the address of a request may have.")
    longest_headers: int = Field(default=32_768, gt=0, description="Characters that a request's headers may have.")
    requests_at_once: int = Field(default=32, gt=0, description="Requests that one process works on at the same time.")
    uploads_at_once: int = Field(
        default=4, gt=0, description="Uploads at the same time; always fewer than the long connections."
    )
    waiting_at_once: int = Field(
        default=256, ge=0, description="Requests that may wait until others are done. What comes then is answered 503."
    )
    longest_wait: float = Field(
        default=3.0, gt=0, description="Seconds that a request waits before it is answered 503."
    )
    origins: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(),
        description="Origins whose web pages may call the server, such as https://portal.example.com; parted by blanks.",
    )
    trusted_operations: Path = Field(
        default=PROJECT / "graphql" / "operations", description="A folder of operations that clients may name by hash."
    )
    trusted_manifest: Path | None = Field(
        default=None, description="A persisted-documents.json of GraphQL codegen: more operations to name by hash."
    )
    trusted_only: bool = Field(default=False, description="Whether only trusted documents are executed.")
    trusted_only_clients: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(), description="Client ids that may send trusted documents alone; parted by blanks."
    )
    provider_secrets: dict[str, SecretStr] = Field(
        default_factory=dict,
        description='The secrets of our clients at external OpenID providers, as JSON: {"name": "secret"}.',
    )
    mail_from: str = Field(
        default="Tailrace <tailrace@localhost>", description="From whom mail is: a name and an address."
    )
    mail_outbox: Path | None = Field(
        default=None,
        description="The folder that mail is written to, a file each, where there is no SMTP server. Unset: `outbox` in the "
        "home folder.",
    )
    smtp_host: str | None = Field(
        default=None, description="The SMTP server that sends mail. Unset: files in a folder."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="The SMTP server's port.")
    smtp_security: str = Field(
        default="starttls",
        pattern="^(starttls|tls|none)$",
        description="How the way to the SMTP server is protected: starttls, tls from the start, or none.",
    )
    smtp_user: str | None = Field(default=None, description="Who signs in at the SMTP server. Unset: nobody.")
    smtp_password: SecretStr | None = Field(default=None, description="With which password.")
    webhooks_to_loopback: bool = Field(
        default=False,
        description="Whether webhooks may be sent to this machine itself, also by http: for development only.",
    )
    worker_in_process: bool = Field(
        default=True,
        description="Whether `tailrace serve` starts a worker as a child process. Apart: `tailrace worker`.",
    )
    worker_concurrency: int = Field(default=4, ge=1, le=64, description="Jobs that one worker runs at the same time.")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="What the log tells.")

    @field_validator("origins", "trusted_only_clients", mode="before")
    @classmethod
    def _parted(cls, given: object) -> object:
        return given.replace(",", " ").split() if isinstance(given, str) else given

    def provider_secret(self, name: str) -> str | None:
        """The secret of our client at an external OpenID provider, by the name it was registered under."""
        found = self.provider_secrets.get(name)
        return found.get_secret_value() if found is not None else None

    @property
    def url(self) -> str:
        """How clients reach the server."""
        return self.public_url or f"http://{self.host}:{self.port}"


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
