"""Settings come from arguments and the environment, and say which of them cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopaudit.runtime import Settings, SettingsError


def test_the_environment_wins_over_arguments() -> None:
    settings = Settings(threshold_seconds=0.5).with_environment({"LOOPAUDIT_THRESHOLD_SECONDS": "0.05"})
    assert settings.threshold_seconds == 0.05


def test_every_kind_of_value_is_read() -> None:
    settings = Settings().with_environment(
        {
            "LOOPAUDIT_DEBUG": "on",
            "LOOPAUDIT_METRICS_PORT": "9464",
            "LOOPAUDIT_EVIDENCE_PATH": "stalls.jsonl",
            "LOOPAUDIT_OWN_PACKAGES": "shop, billing",
            "LOOPAUDIT_ENABLED": "no",
            "LOOPAUDIT_SERVICE": "shop",
        }
    )
    assert settings.debug is True
    assert settings.metrics_port == 9464
    assert settings.evidence_path == Path("stalls.jsonl")
    assert settings.own_packages == ("shop", "billing")
    assert settings.is_enabled is False
    assert settings.service == "shop"


def test_an_empty_variable_changes_nothing() -> None:
    assert Settings().with_environment({"LOOPAUDIT_DEBUG": " "}) == Settings()


@pytest.mark.parametrize(
    ("variable", "text"),
    [("LOOPAUDIT_DEBUG", "maybe"), ("LOOPAUDIT_TICK_SECONDS", "fast"), ("LOOPAUDIT_METRICS_PORT", "http")],
)
def test_a_value_that_cannot_be_read_names_its_variable(variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable}='{text}'"):
        Settings().with_environment({variable: text})


@pytest.mark.parametrize(
    "wrong",
    [{"threshold_seconds": 0.0}, {"tick_seconds": -1.0}, {"max_samples": 0}, {"metrics_port": 70_000}],
)
def test_a_value_out_of_range_names_its_field(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        Settings(**wrong)  # type: ignore[arg-type]
