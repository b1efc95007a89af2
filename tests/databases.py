"""Where tests keep their rows: databases made for one run, and copies of an empty one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


class SqliteFiles:
    """Databases as files of a folder that pytest clears away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def empty(self, name: str) -> Iterator[str]:
        file = self._file(name)
        yield f"sqlite:///{file}"
        file.unlink(missing_ok=True)

    @contextmanager
    def copy(self, source: str, name: str) -> Iterator[str]:
        with self.empty(name) as url:
            shutil.copy(self._file(source), self._file(name))
            yield url

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.db"


class PostgresDatabases:
    """Databases beside the one that ``url`` names, whose user may create them."""

    def __init__(self, url: str, suffix: str) -> None:
        self.url, self.suffix = sa.make_url(url), suffix

    @contextmanager
    def empty(self, name: str, template: str = "template0") -> Iterator[str]:
        full = self._full(name)
        self._say(f'DROP DATABASE IF EXISTS "{full}" WITH (FORCE)')
        self._say(f'CREATE DATABASE "{full}" TEMPLATE "{template}"')
        yield self.url.set(database=full).render_as_string(hide_password=False)
        self._say(f'DROP DATABASE "{full}" WITH (FORCE)')

    @contextmanager
    def copy(self, source: str, name: str) -> Iterator[str]:
        with self.empty(name, template=self._full(source)) as url:
            yield url

    def _full(self, name: str) -> str:
        return f"{self.url.database}_{self.suffix}_{name}"

    def _say(self, statement: str) -> None:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


Databases = SqliteFiles | PostgresDatabases


def databases_for(url: str, *, folder: Path, worker: str) -> Databases:
    if sa.make_url(url).get_backend_name() == "sqlite":
        return SqliteFiles(folder)
    return PostgresDatabases(url, worker)
