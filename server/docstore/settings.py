"""Everything that can be set, from `DOCSTORE_*` environment variables; passed on, never reached for."""

from __future__ import annotations

from pathlib import Path

from loopaudit.runtime import Settings as LoopSettings
from pydantic import AliasChoices, Field, PositiveFloat, PositiveInt, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from docstore.errors import ConfigurationError

MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """Defaults that work with nothing set up: files and an SQLite database under `data_dir`."""

    model_config = SettingsConfigDict(env_prefix="DOCSTORE_", populate_by_name=True, extra="forbid")

    data_dir: Path = Path(".docstore")
    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("DOCSTORE_DATABASE_URL", "DATABASE_URL")
    )
    reader_threads: PositiveInt = 4
    file_threads: PositiveInt = 8

    max_file_bytes: PositiveInt = 4096 * MEBIBYTE
    max_files_per_request: PositiveInt = 100
    max_json_bytes: PositiveInt = MEBIBYTE
    body_idle_seconds: PositiveFloat = 30.0

    query_seconds: PositiveFloat = 5.0

    run_worker: bool = True
    extract_seconds: PositiveFloat = 120.0
    extract_memory_bytes: PositiveInt = 1024 * MEBIBYTE
    lease_seconds: PositiveFloat = 30.0
    max_attempts: PositiveInt = 3

    stall_seconds: PositiveFloat = 0.1
    evidence_path: Path | None = None
    metrics_port: int | None = None
    aiomonitor_port: int | None = None
    server_timing: bool = False
    graceful_shutdown_seconds: PositiveInt = 10

    def diagnostics(self) -> LoopSettings:
        """How the loop is watched; `LOOPAUDIT_*` variables win over these."""
        return LoopSettings(
            threshold_seconds=self.stall_seconds,
            evidence_path=self.evidence_path,
            metrics_port=self.metrics_port,
            aiomonitor_port=self.aiomonitor_port,
            server_timing=self.server_timing,
            export_metrics=True,
            service="docstore",
            own_packages=("docstore",),
        )

    def sqlite_url(self) -> str:
        """The database to open; raises ConfigurationError for one that this build cannot."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'docstore.sqlite3'}"
        if not url.startswith("sqlite:///") or url == "sqlite:///" or ":memory:" in url:
            scheme = url.partition(":")[0]
            raise ConfigurationError(
                f"DATABASE_URL: {scheme!r} cannot be used; write sqlite:///FILE, or leave it out "
                f"to keep the database in DOCSTORE_DATA_DIR"
            )
        return url


def read_settings() -> Settings:
    """Settings from the environment; raises ConfigurationError with one line a wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"DOCSTORE_{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise ConfigurationError("; ".join(lines)) from error
