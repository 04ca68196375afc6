"""What the dashboard and the alerts show exists, and the alerts fire on what they are for."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from loopaudit.runtime.sinks.prometheus import LoopCollector

from tests.meta.repository import ROOT, list_tracked, read

METRIC = re.compile(r"\b(?:asyncio|anyio|python_gc|http_server)_[a-z_]+")
# What the exposition format makes of a family's name.
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def run_promtool(*arguments: str) -> None:
    """Run promtool in grafana/prometheus; its own words are the message when it objects."""
    done = subprocess.run(
        ["promtool", *arguments],
        cwd=ROOT / "grafana" / "prometheus",
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def find_named_metrics() -> set[tuple[str, str]]:
    """Every (file, metric) that a dashboard, rule or rule test names."""
    return {
        (path, metric)
        for path in list_tracked()
        if path.startswith("grafana/") and path.endswith((".json", ".yml"))
        for metric in METRIC.findall(read(path))
    }


@pytest.mark.needs("promtool")
def test_the_scrape_configuration_and_the_alert_rules_are_valid() -> None:
    run_promtool("check", "config", "prometheus.yml")


@pytest.mark.needs("promtool")
def test_each_alert_fires_on_what_it_is_for_and_not_beside_it() -> None:
    run_promtool("test", "rules", "event-loop.rules.test.yml")


def list_published_metrics() -> set[str]:
    """Every series name that the runtime's collector can give."""
    return {family.name + suffix for family in LoopCollector().collect() for suffix in SUFFIXES[family.type]}


@pytest.mark.needs("git")
def test_every_metric_that_is_shown_or_alerted_on_exists() -> None:
    published = list_published_metrics()
    assert {(path, metric) for path, metric in find_named_metrics() if metric not in published} == set()


@pytest.mark.needs("git")
def test_no_series_that_is_born_with_its_first_stall_is_asked_for_its_increase() -> None:
    # increase() and rate() see no rise in a series whose first sample is the stall: the panel stays empty.
    born_late = re.compile(r"(?:increase|i?rate|i?delta)\(asyncio_loop_(?:route|site)_")
    files = [path for path in list_tracked() if path.startswith("grafana/") and not path.endswith(".md")]
    assert [path for path in files if born_late.search(read(path))] == []


@pytest.mark.needs("git")
def test_the_metric_pattern_finds_the_headline() -> None:
    assert (
        "grafana/dashboards/event-loop.json",
        "asyncio_loop_stalled_seconds_total",
    ) in find_named_metrics()


def test_each_panel_says_what_it_shows_and_asks_for_something() -> None:
    dashboard = json.loads(read("grafana/dashboards/event-loop.json"))
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert [panel["title"] for panel in panels if not panel["description"] or not panel["targets"]] == []
