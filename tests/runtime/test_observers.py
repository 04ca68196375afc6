"""Observers are optional hooks; one that raises is dropped and logged."""

from __future__ import annotations

import pytest
from loopaudit.runtime.events import Lag, Stall
from loopaudit.runtime.observers import Observers


class Listener:
    """Hears of lag."""

    def __init__(self) -> None:
        self.heard: list[Lag] = []

    def on_lag(self, lag: Lag) -> None:
        """Note it."""
        self.heard.append(lag)


class Faulty(Listener):
    """Hears, and raises."""

    def on_lag(self, lag: Lag) -> None:
        """Note it, and fail."""
        super().on_lag(lag)
        raise LookupError("a bug of the observer")


def test_a_hook_that_is_missing_is_simply_not_called() -> None:
    observers, listener = Observers(), Listener()
    observers.add(listener)
    observers.publish(Stall(0.0, 1.0, "cpu"))
    observers.publish(Lag(0.5))
    assert listener.heard == [Lag(0.5)]
    assert not observers.wants(Stall)


def test_one_that_raises_is_dropped_and_logged_and_the_others_hear_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    observers, faulty, listener = Observers(), Faulty(), Listener()
    observers.add(faulty)
    observers.add(listener)
    observers.publish(Lag(0.1))
    observers.publish(Lag(0.2))
    assert len(faulty.heard) == 1
    assert len(listener.heard) == 2
    assert faulty not in observers
    [record] = caplog.records
    assert "was dropped" in record.message
    assert record.exc_info is not None


def test_an_object_without_a_hook_is_refused_with_the_names_of_the_hooks() -> None:
    with pytest.raises(TypeError, match="on_stall"):
        Observers().add(object())


def test_one_object_is_added_once() -> None:
    observers, listener = Observers(), Listener()
    observers.add(listener)
    observers.add(listener)
    observers.publish(Lag(0.1))
    assert len(listener.heard) == 1
