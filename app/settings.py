"""Every setting, read once from the environment, each with its meaning. Nothing else reads the environment."""

from datetime import timedelta
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    database_connections: int = Field(default=10, ge=2, le=100, description="Connections of one server process.")
    statement_timeout: float = Field(
        default=30.0, gt=0, description="Seconds after which a query of a request is ended."
    )
    token_lifetime: timedelta = Field(default=timedelta(minutes=15), description="How long an access token lives.")
    upload_lifetime: timedelta = Field(default=timedelta(hours=24), description="How long an upload may take.")
    download_lifetime: timedelta = Field(default=timedelta(minutes=5), description="How long a download link lives.")
    largest_upload: int = Field(default=256 * 1024 * 1024, gt=0, description="Bytes that one report may have.")
    largest_request: int = Field(
        default=1024 * 1024, gt=0, description="Bytes that the body of a GraphQL request may have."
    )
    worker_in_process: bool = Field(
        default=True,
        description="Whether `tailrace serve` starts a worker as a child process. Apart: `tailrace worker`.",
    )
    worker_concurrency: int = Field(default=4, ge=1, le=64, description="Jobs that one worker runs at the same time.")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="What the log tells.")

    @property
    def url(self) -> str:
        """How clients reach the server."""
        return self.public_url or f"http://{self.host}:{self.port}"


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
