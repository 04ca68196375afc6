"""Makes pytest collect the `.case` files here."""

from tests.case_format.collecting import pytest_collect_file

__all__ = ["pytest_collect_file"]
