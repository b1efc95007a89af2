import shutil

import pytest

from tests import programs


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """The file of a database that all migrations went over, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    assert programs.run(programs.settings(folder), "flask", "db", "upgrade").returncode == 0
    return folder / programs.DATABASE


@pytest.fixture
def told(tmp_path, migrated):
    """Settings over a migrated database."""
    shutil.copy(migrated, tmp_path)
    return programs.settings(tmp_path)
