"""The least that can be done for each page: bare Flask, the driver's own rows, cards by Jinja.

No languages, rights, sessions, filters, headers or logs; the same rows of the same database.
"""

import hmac
import json
import re
import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.client import HTTPConnection
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from jinja2 import Template

CARDS = """<!doctype html><title>floor</title><h1>{{ total }}</h1>
{% macro card(p) %}<li><a href="/produtos/{{ p[0] }}">{{ p[1] }}</a> <b>{{ p[2] }}</b> {{ p[3] }}
{{ p[4] }}</li>{% endmacro %}<ul>{% for p in rows %}{{ card(p) }}{% endfor %}</ul>"""
SHOWN = (
    "SELECT p.slug, p.name, p.price_cents, e.name, s.left_count FROM products p"
    " JOIN enterprises e ON e.id = p.enterprise_id JOIN stock s ON s.product_id = p.id "
)
COUNT = "SELECT count(*) FROM products p WHERE p.showing = 'published' "
ON_SALE, NEWEST = "WHERE p.showing = 'published' ", "ORDER BY p.published_at DESC LIMIT "
IN_PERIOD = "FROM sale_facts WHERE occurred_on BETWEEN :first AND :last GROUP BY 1, 2 ORDER BY 1, 2"
BY_SEGMENT = (
    "SELECT month, segment, sum(sales_cents + orders_cents), sum(makers_cents)"
    " FROM sales_by_channel WHERE month BETWEEN :first AND :last GROUP BY 1, 2 ORDER BY 1, 2"
)
BY_SELLER = (
    "SELECT enterprise_id, sum(sales_cents + orders_cents), sum(makers_cents)"
    " FROM sales_by_enterprise WHERE month BETWEEN :first AND :last GROUP BY 1 ORDER BY 2 DESC"
)
MONTH = "SELECT substr(CAST(occurred_on AS text), 1, 7), "
SEARCH = {
    "sqlite": "JOIN search_documents d ON d.object_id = p.id"
    " JOIN search_index f ON f.rowid = d.id WHERE search_index MATCH :q ORDER BY f.rank LIMIT 24",
    "postgresql": "JOIN search_documents d ON d.object_id = p.id"
    " JOIN search_index f ON f.document_id = d.id, to_tsquery('simple', :q) q"
    " WHERE f.vector @@ q ORDER BY ts_rank(f.vector, q) DESC LIMIT 24",
}
TABLES = (
    "CREATE TABLE floor_stock (id integer PRIMARY KEY, pieces integer NOT NULL)",
    "CREATE TABLE floor_orders (id varchar PRIMARY KEY, state varchar, cents integer)",
    "CREATE TABLE floor_lines (order_id varchar, product_id integer, quantity integer)",
    "CREATE TABLE floor_news (id varchar PRIMARY KEY)",
    "INSERT INTO floor_stock VALUES (1, 100000000), (2, 100000000), (3, 100000000)",
)
TAKE = "UPDATE floor_stock SET pieces = pieces - 1 WHERE id = :id AND pieces >= 1"
PUT = "INSERT INTO floor_orders (id, state, cents) VALUES (:id, 'placed', 1000)"
PUT_LINE = "INSERT INTO floor_lines (order_id, product_id, quantity) VALUES (:id, :product, 1)"
PUT_NEWS = "INSERT INTO floor_news (id) VALUES (:id)"
GIVE = "UPDATE floor_orders SET state = 'given' WHERE id = :id AND state = 'placed'"
SECRET = "whsec_bench"  # noqa: S105 - of news, which nobody else sends
SHEET = (
    "SELECT id, occurred_on, kind, channel, fair_name, enterprise_name, enterprise_kind, women_led,"
    " municipality_name, zone_name, neighbourhood, segment, category_name, product_name, quantity,"
    " gross_cents, makers_cents, materials_cents, packing_cents, fund_cents, fees_cents, minutes,"
    " confidence FROM sale_facts WHERE id > :after ORDER BY id LIMIT 2000"
)
IN_ROWS = {"constant_memory": True}
BEGIN = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"}


class Driver:
    """A connection of the database's own driver for each thread, without SQLAlchemy in between."""

    def __init__(self, engine: sa.Engine) -> None:
        self.backend, self._engine, self._of_thread = engine.dialect.name, engine, threading.local()

    def run(self, sql: str, **values: Any) -> Any:
        if self.backend == "postgresql":
            sql = in_psycopg(sql)
        return self._own().execute(sql, values)

    def _own(self) -> Any:
        if not hasattr(self._of_thread, "kept"):
            self._of_thread.kept = kept = self._engine.raw_connection()
            self._of_thread.own = kept.driver_connection
            if self.backend == "postgresql":
                self._of_thread.own.autocommit = True
        return self._of_thread.own

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.run(BEGIN[self.backend])
        yield
        self.run("COMMIT")


@cache
def in_psycopg(sql: str) -> str:
    return re.sub(r":(\w+)", r"%(\1)s", sql)


def prepare(connection: sa.Connection) -> None:
    """Make the tables in which the bare application keeps its orders."""
    for table in TABLES:
        connection.exec_driver_sql(table)


def bare(engine: sa.Engine) -> Flask:
    """Return an application whose pages answer from the same rows, at ``/<name of the figure>``."""
    app, driver = Flask("floor"), Driver(engine)
    cards = app.jinja_env.from_string(CARDS)
    for name, sql in _pages(driver.backend).items():
        app.add_url_rule(f"/{name}", name, partial(_page, driver, cards, sql))
    app.add_url_rule("/hello", "hello", lambda: "hello", methods=["GET", "POST"])
    app.add_url_rule("/sheet", "sheet", partial(_sheet, driver), methods=["POST"])
    app.add_url_rule("/order", "order", partial(_order, driver), methods=["POST"])
    app.add_url_rule("/given", "given", partial(_given, driver), methods=["POST"])
    app.add_url_rule("/calls", "calls", _calls, methods=["POST"])
    app.add_url_rule("/news", "news", partial(_news, driver), methods=["POST"])
    app.add_url_rule("/ready", "ready", _ready)
    return app


def _pages(backend: str) -> dict[str, tuple[str, ...]]:
    in_category = "AND p.category_id = :category "
    by_price = "ORDER BY p.price_cents, p.id DESC LIMIT 24 OFFSET :start"
    of_fair = "AND p.enterprise_id IN (SELECT enterprise_id FROM exhibitors) "
    return {
        "listing": (SHOWN + ON_SALE + in_category + by_price, COUNT + in_category),
        "search": (SHOWN + SEARCH[backend],),
        "product": (SHOWN + "WHERE p.slug = :slug",),
        "home": (SHOWN + ON_SALE + NEWEST + "8", COUNT),
        "fair": (SHOWN + ON_SALE + of_fair + NEWEST + "12", COUNT + of_fair),
        "by_segment": (BY_SEGMENT, BY_SELLER),
        "by_category": (f"{MONTH}category, sum(gross_cents), sum(quantity) {IN_PERIOD}",),
    }


def _page(driver: Driver, cards: Template, sql: tuple[str, ...]) -> str:
    values = request.args.to_dict()
    rows, *counts = [driver.run(each, **values).fetchall() for each in sql]
    return cards.render(rows=rows, total=counts[0][0][0] if counts else len(rows))


def _sheet(driver: Driver) -> str:
    """Write every line of sale into a workbook on disk, row by row."""
    import xlsxwriter  # type: ignore[import-untyped]  # here: no other page needs it

    after, written = 0, 0
    with tempfile.TemporaryFile() as file, xlsxwriter.Workbook(file, IN_ROWS) as book:
        page = book.add_worksheet()
        while lines := driver.run(SHEET, after=after).fetchall():
            for row, line in enumerate(lines, start=written):
                page.write_row(row, 0, map(str, line))
            after, written = lines[-1][0], written + len(lines)
    return str(written)


def _ready() -> bytes:
    return b"x" * int(request.args["length"])


def _order(driver: Driver) -> str:
    order_id = secrets.token_urlsafe(15)
    with driver.transaction():
        for product in (1, 2, 3):
            if driver.run(TAKE, id=product).rowcount != 1:
                raise RuntimeError("the floor's stock is used up")
        for letter in "AB":
            driver.run(PUT, id=order_id + letter)
        for product in (1, 2, 3):
            driver.run(PUT_LINE, id=order_id, product=product)
    return order_id


def _calls() -> str:
    """Ask another server on this machine something, so often."""
    line = HTTPConnection("127.0.0.1", int(request.form["port"]))
    for _ in range(int(request.form["number"])):
        line.request("GET", "/")
        line.getresponse().read()
    line.close()
    return "called"


def _news(driver: Driver) -> str:
    """Take one piece of news, if its signature is right."""
    body, header = request.get_data(cache=False), request.headers["Stripe-Signature"]
    stamp, _comma, signed = header.partition(",v1=")
    right = hmac.digest(SECRET.encode(), stamp[2:].encode() + b"." + body, "sha256").hex()
    if not hmac.compare_digest(right, signed):
        raise RuntimeError("that is not signed as it must be")
    driver.run(PUT_NEWS, id=json.loads(body)["id"])
    return "taken"


def _given(driver: Driver) -> str:
    with driver.transaction():
        driver.run(GIVE, id=request.form["id"])
        driver.run(TAKE, id=1)
        driver.run(PUT_LINE, id=request.form["id"], product=1)
    return "given"
