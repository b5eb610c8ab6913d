"""Runs and pages that the tests of the report share."""

from pathlib import Path

import pytest

from compliance_engine.runs.folder import Run

from .company import company, explained, hostile


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("company")
    return explained(company(folder / "company"), folder / "run")


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder: Path = tmp_path_factory.mktemp("hostile")
    return explained(hostile(folder / "company"), folder / "run")
