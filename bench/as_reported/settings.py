"""What may be set from the environment, all of it under `AS_REPORTED_`."""

# pydantic's base class shows its own Any
# mypy: disable-error-code="explicit-any"
from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where files and rows are kept, how text is cut, and whether the loop is watched."""

    model_config = SettingsConfigDict(env_prefix="AS_REPORTED_")

    data_folder: Path = Path("as_reported_data")
    chunk_characters: int = 800
    chunk_overlap: int = 120
    keywords_kept: int = 20
    watch_loop: bool = False

    @property
    def upload_folder(self) -> Path:
        """Where uploaded files lie."""
        return self.data_folder / "uploads"

    @property
    def database_url(self) -> str:
        """SQLite beside the files."""
        return f"sqlite:///{self.data_folder / 'documents.db'}"
