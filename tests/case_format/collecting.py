"""Collects every `.case` file: each case is a test of its own, named `file::title`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.case_format.reading import Case, read_cases
from tests.case_format.running import CaseFailedError, run_case

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The hook of pytest, re-exported by `tests/cases/conftest.py`."""
    if file_path.suffix == ".case":
        return CaseFile.from_parent(parent, path=file_path)
    return None


def judge_case(case: Case, folder: Path) -> None:
    """Run the case; one that is marked must fail, or else its mark is wrong."""
    try:
        run_case(case, folder)
    except CaseFailedError as difference:
        if case.is_xfail:
            pytest.xfail(str(difference))
        raise
    if case.is_xfail:
        raise CaseFailedError(f"{case.title}: marked -xfail, but it passes: remove the mark")


class CaseFile(pytest.File):
    """One `.case` file."""

    def collect(self) -> Iterator[CaseItem]:
        titles: set[str] = set()
        for case in read_cases(self.path):
            if case.title in titles:
                raise self.CollectError(f"{self.path}:{case.line}: two cases have the title {case.title!r}")
            titles.add(case.title)
            item: CaseItem = CaseItem.from_parent(self, name=case.title)
            item.case = case
            yield item


class CaseItem(pytest.Item):
    """One case."""

    case: Case

    def runtest(self) -> None:
        with tempfile.TemporaryDirectory(prefix="case-") as folder:
            judge_case(self.case, Path(folder).resolve())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        if isinstance(excinfo.value, CaseFailedError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, "short"))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.line - 1, self.name
