"""What is published as data, for other people's programs: tables without words of any language.

A version is all that was public at an instant. What is published never changes, so its files can be
made again byte for byte whenever somebody asks for them.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from marketplace.opendata.figures import Figures
from marketplace.opendata.models import PublishedMonth
from marketplace.opendata.protection import PARTS, TABLES

KINDS = {"csv": "text/csv", "json": "application/json"}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MEASURES = {"channels": "channel", "zones": "zone", "segments": "segment"}
SALES, CORRECTIONS = "vendas", "correcoes"
COLUMNS = {
    SALES: ("month", "revision", "measure", "code", "centavos", "status", "invented"),
    CORRECTIONS: ("month", "revision", "published_at", "measure", "code", "before", "after"),
}
Cell = str | int | bool | None
Key = tuple[str, str]


@dataclass(frozen=True)
class Version:
    """All that was public since an instant, which no later version changes."""

    number: int  # from one
    published_at: datetime
    words: Sequence[PublishedMonth]  # in the order of their publication


class File(NamedTuple):
    dataset: str  # of COLUMNS
    kind: str  # of KINDS
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def versions(words: Sequence[PublishedMonth]) -> list[Version]:
    """Return what each publication came to, the first first; ``words`` in their order."""
    instants = sorted({word.published_at for word in words})
    return [
        Version(number, instant, [word for word in words if word.published_at <= instant])
        for number, instant in enumerate(instants, start=1)
    ]


def file(version: Version, dataset: str, kind: str) -> File:
    """Return a table as CSV or as JSON, in UTF-8; amounts are whole centavos.

    **Source:** RFC 4180 (CSV, with a header); RFC 8259 (JSON).
    """
    rows = list(_sales(version) if dataset == SALES else _corrections(version))
    written = _csv(dataset, rows) if kind == "csv" else _json(version, dataset, rows)
    return File(dataset, kind, written.encode())


def _sales(version: Version) -> Iterator[list[Cell]]:
    """Tell of each month what holds of it."""
    corrected = {word.corrects_id for word in version.words}
    revisions = _revisions(version.words)
    for word in sorted(version.words, key=lambda word: word.month):
        if word.id not in corrected:
            for (measure, code), cents in _cells(word.figures).items():
                status = "hidden" if cents is None else "shown"
                told: list[Cell] = [measure, code, cents, status, word.is_demo]
                yield [_month(word), revisions[word.id], *told]


def _corrections(version: Version) -> Iterator[list[Cell]]:
    """Tell what each correction changed; a sum that was hidden, or is, has none."""
    known = {word.id: word for word in version.words}
    revisions = _revisions(version.words)
    for word in version.words:
        if word.corrects_id is not None:
            before, after = _cells(known[word.corrects_id].figures), _cells(word.figures)
            for measure, code in sorted(before | after):
                then, now = before.get((measure, code), 0), after.get((measure, code), 0)
                if then != now:
                    at = _instant(word.published_at)
                    yield [_month(word), revisions[word.id], at, measure, code, then, now]


def _cells(figures: Figures) -> dict[Key, int | None]:
    """Return a month's sums by what they are of; none where it is hidden."""
    found: dict[Key, int | None] = {("total", ""): figures["total"]}
    for table in TABLES:
        found |= {(MEASURES[table], code): cents for code, cents in sorted(figures[table].items())}
    parts = figures["parts"] or {}
    return found | {("part", code): parts.get(code) for code in (*PARTS, "composed")}


def _revisions(words: Iterable[PublishedMonth]) -> dict[int, int]:
    """Return how often each word's month was told by then, itself included."""
    found: dict[int, int] = {}
    for word in words:
        found[word.id] = found.get(word.corrects_id or 0, 0) + 1
    return found


def _month(word: PublishedMonth) -> str:
    return f"{word.month // 100}-{word.month % 100:02d}"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _csv(dataset: str, rows: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS[dataset])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue()


def _plain(cell: Cell) -> str | int | None:
    return str(cell).lower() if isinstance(cell, bool) else cell


def _json(version: Version, dataset: str, rows: Iterable[Sequence[Cell]]) -> str:
    told = {
        "dataset": dataset,
        "version": version.number,
        "published_at": _instant(version.published_at),
        "licence": LICENCE,
        "rows": [dict(zip(COLUMNS[dataset], row, strict=True)) for row in rows],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
