"""Indicators counted again, in plain SQL over exported facts and with nothing of the house.

`flask export-facts FOLDER`, then `python tests/reports/recount.py FOLDER 2026-01-01 2026-12-31`,
and after these the ids of the Divisions, all without; prints numerator, denominator, told, of.
"""

import csv
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

SETUP = """
CREATE VIEW sold AS SELECT f.*, CASE WHEN composed AND minutes <> 0 THEN 1 ELSE 0 END AS timed,
 CASE WHEN composed THEN gross_cents ELSE 0 END AS priced,
 CASE WHEN confidence IN ('till', 'order', 'slip') THEN gross_cents ELSE 0 END AS recorded
 FROM facts f, asked a WHERE kind IN ('sale', 'order_taken')
 AND occurred_on BETWEEN a.first AND a.last AND division_id IN (SELECT id FROM divisions);
CREATE VIEW held AS SELECT f.* FROM fairs f, asked a WHERE state IN ('announced', 'closed')
 AND f.first BETWEEN a.first AND a.last AND f.last < a.today
 AND division_id IN (SELECT id FROM divisions);
CREATE VIEW stalls AS SELECT s.fair_id, s.enterprise_id, s.mark, EXISTS (SELECT 1 FROM facts f
  WHERE f.fair_id = h.id AND f.enterprise_id = s.enterprise_id
  AND f.occurred_on BETWEEN h.first AND h.last
  AND (f.channel IN ('fair_stall', 'fair_desk', 'exchange')
   OR f.confidence IN ('slip', 'declared', 'estimated'))) AS told
 FROM stands s JOIN held h ON h.id = s.fair_id;
CREATE VIEW stood AS SELECT s.*, told OR coalesce(mark, '') = 'present' AS came,
  told OR coalesce(mark, 'present') = 'present' AS expected FROM stalls s;
CREATE VIEW ours AS SELECT * FROM enterprises WHERE division_id IN (SELECT id FROM divisions);
CREATE VIEW eligible AS SELECT o.id, (SELECT count(*) FROM stood s WHERE s.enterprise_id = o.id
  AND s.came) AS places FROM ours o WHERE standing = 'approved';
CREATE VIEW people AS SELECT m.* FROM members m JOIN ours o ON o.id = m.enterprise_id, asked a
 WHERE o.standing = 'approved' AND m.joined_on <= min(a.last, a.today)
 AND (m.left_on IS NULL OR m.left_on > min(a.last, a.today));
CREATE VIEW buyers AS SELECT p.buyer, min(placed_at) AS first, count(DISTINCT p.id) AS ever,
  count(DISTINCT CASE WHEN placed_at >= a.first THEN p.id END) AS now
 FROM purchases p, asked a WHERE NOT spot AND buyer IS NOT NULL AND placed_at <= a.last
 AND division_id IN (SELECT id FROM divisions) GROUP BY p.buyer HAVING now > 0;
CREATE VIEW unknown AS SELECT count(DISTINCT id) AS many FROM purchases p, asked a WHERE spot
 AND placed_at BETWEEN a.first AND a.last AND division_id IN (SELECT id FROM divisions);
CREATE VIEW top AS SELECT enterprise_id, sum(gross_cents) AS cents FROM sold
 GROUP BY enterprise_id HAVING sum(gross_cents) > 0;
"""
QUESTIONS = {
    "volume": "SELECT sum(gross_cents), 1, sum(recorded), sum(gross_cents) FROM sold",
    "venda-por-vaga": "SELECT (SELECT sum(gross_cents) FROM sold WHERE fair_id IS NOT NULL),"
    " count(*), sum(told), count(*) FROM stood WHERE came",
    "uso-das-vagas": "SELECT sum(came), (SELECT sum(coalesce(places, (SELECT count(*)"
    " FROM stands s WHERE s.fair_id = h.id))) FROM held h), sum(told OR mark IS NOT NULL),"
    " count(*) FROM stood",
    "bancas-que-contaram": "SELECT sum(told), sum(expected), sum(expected), count(*) FROM stood",
    "rodizio": "SELECT sum(places > 0), count(*), count(*), (SELECT count(*) FROM ours)"
    " FROM eligible",
    "desigualdade-de-vagas": "SELECT (SELECT sum(abs(a.places - b.places)) / 2 FROM eligible a,"
    " eligible b), count(*) * sum(places), count(*), (SELECT count(*) FROM ours) FROM eligible",
    "parte-de-quem-faz": "SELECT sum(makers_cents), sum(priced), sum(priced),"
    " sum(gross_cents) FROM sold",
    "hora-real": "SELECT 60 * sum(timed * makers_cents), sum(timed * minutes),"
    " sum(timed * gross_cents), sum(gross_cents) FROM sold",
    "abaixo-do-piso": "SELECT sum(timed * under_floor * quantity), sum(timed * quantity),"
    " sum(timed * quantity), sum(quantity) FROM sold",
    "mulheres-nos-grupos": "SELECT sum(sex = 'female'), sum(sex <> 'other'), sum(sex <> 'other'),"
    " count(*) FROM people",
    "mulheres-na-direcao": "SELECT sum(sex = 'female' AND on_board), sum(on_board),"
    " count(DISTINCT CASE WHEN on_board THEN enterprise_id END), count(DISTINCT enterprise_id)"
    " FROM people",
    "mulheres-na-renda": "SELECT sum(makers_cents * women_permille), 1000 * sum(makers_cents),"
    " sum(priced), sum(gross_cents) FROM sold",
    "preco-aberto": "SELECT sum(composed), count(*), count(*), count(*) FROM products"
    " WHERE enterprise_id IN (SELECT id FROM ours)",
    "parte-do-fundo": "SELECT sum(fund_cents), sum(priced), sum(priced), sum(gross_cents)"
    " FROM sold",
    "reservas-retiradas": "SELECT sum(state IN ('handed_over', 'withdrawn')),"
    " sum(state IN ('handed_over', 'withdrawn', 'no_show')),"
    " sum(state IN ('handed_over', 'withdrawn', 'no_show')), count(*) FROM orders, asked a"
    " WHERE NOT spot AND due_at BETWEEN a.first AND a.last AND state IN ('handed_over',"
    " 'withdrawn', 'no_show', 'placed', 'accepted', 'ready', 'dispatched')"
    " AND division_id IN (SELECT id FROM divisions)",
    "concentracao": "SELECT (SELECT sum(cents) FROM (SELECT cents FROM top ORDER BY cents DESC"
    " LIMIT (SELECT (count(*) + 9) / 10 FROM top))), (SELECT sum(cents) FROM top), sum(recorded),"
    " sum(gross_cents) FROM sold",
    "compradores-novos": "SELECT sum(buyers.first >= (SELECT first FROM asked)), count(*),"
    " sum(now), sum(now) + (SELECT many FROM unknown) FROM buyers",
    "compradores-que-voltam": "SELECT sum(ever > 1), count(*), sum(now),"
    " sum(now) + (SELECT many FROM unknown) FROM buyers",
    "vendas-institucionais": "SELECT sum(CASE WHEN channel = 'institutional' THEN gross_cents"
    " ELSE 0 END), sum(gross_cents), sum(recorded), sum(gross_cents) FROM sold",
}


def recount(folder, first, last, divisions=(), today=""):
    """Return (numerator, denominator, told, of) of each indicator."""
    books = sqlite3.connect(":memory:")
    for path in sorted(Path(folder).glob("*.csv")):
        _enter(books, path)
    books.execute("CREATE TABLE divisions (id)")
    books.execute("CREATE TABLE asked (first, last, today)")
    known = [(int(each),) for each in divisions] or books.execute(
        "SELECT DISTINCT division_id FROM enterprises"
    ).fetchall()
    books.executemany("INSERT INTO divisions VALUES (?)", known)
    now = today or datetime.now(UTC).date().isoformat()
    books.execute("INSERT INTO asked VALUES (?, ?, ?)", (first, last, now))
    books.executescript(SETUP)
    return {
        key: tuple(int(each or 0) for each in books.execute(question).fetchone())
        for key, question in QUESTIONS.items()
    }


def _enter(books, path):
    with path.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    books.execute(f"CREATE TABLE {path.stem} ({', '.join(names)})")
    marks = ", ".join("?" * len(names))
    read = [[_read(cell) for cell in row] for row in rows]
    books.executemany(f"INSERT INTO {path.stem} VALUES ({marks})", read)  # noqa: S608 - ours


def _read(cell):
    return int(cell) if cell.lstrip("-").isdecimal() else cell or None


if __name__ == "__main__":
    for name, value in recount(*sys.argv[1:4], sys.argv[4:]).items():
        sys.stdout.write(f"{name}: {value}\n")
