"""The figures: all of them are printed, over a marketplace in which every rule holds."""

import re
import sys

import pytest
import sqlalchemy as sa

from bench import __main__ as program
from bench import orders, shop, words
from bench.measure import Figure, Size
from bench.served import Browser
from config import Testing
from marketplace.catalogue.operations import indexing
from marketplace.core import invariants
from marketplace.core.database import db
from marketplace.core.search.tables import Document, Term

TINY = Size(products=60, lines=50, rounds=1, round_seconds=0.01)
HERE = Testing.SQLALCHEMY_DATABASE_URI  # the kind of database that the tests use
LINE = re.compile(
    r"[a-z]+\.[a-z_]+ +\d+\.\d{3} \S+( \S+)? +([\d.]+[ !])? +\d+\.\d{3} +\d+\.\d  \S.+"
)


@pytest.fixture
def filled():
    with shop.opened(TINY, HERE) as opened, opened.app.app_context():
        yield opened


class TestRun:
    @pytest.mark.only("sqlite")  # starting and what a phone makes of a page ask no database
    def test_prints_every_figure_with_its_floor(self, capsys):
        self.prints(list(program.FIGURES), [], capsys)

    @pytest.mark.only("postgresql")
    def test_prints_what_reads_the_database_with_its_floor(self, capsys):
        others = ("boot.", "phone.", "till.")
        names = [name for name in program.FIGURES if not name.startswith(others)]
        self.prints(names, names, capsys)

    def prints(self, names, asked, capsys):
        first = {}
        program.run(TINY, asked, url=HERE, first=first)
        told, header, *lines, _blank = capsys.readouterr().out.splitlines()
        assert "60 products of 12 makers, 50 lines of sale" in told
        assert header.split()[:6] == ["name", "value", "unit", "at", "most", "floor"]
        assert [line.split()[0] for line in lines] == names
        assert [line for line in lines if not LINE.fullmatch(line)] == []
        assert list(first) == names

    def test_tells_what_is_over_its_most_beside_a_first_run_and_in_steps(self):
        figure = Figure("order.purchase", 30, "ms", 2, "less", {"basket": 20.0, "order": 10.0})
        total, *steps = program.lines(figure, TINY, {"order.purchase": 20.0}, split=True)
        assert total.split()[:6] == ["order.purchase", "30.000", "ms", "15!", "1.50", "x"]
        assert [step.split() for step in steps] == [["basket", "20.000"], ["order", "10.000"]]

    def test_asks_more_where_there_are_more_lines(self):
        figure, many = (
            Figure("report.month_by_category", 50, "ms", 2, ""),
            TINY._replace(lines=10**6),
        )
        assert "40!" in next(program.lines(figure, TINY, {}, split=False))
        assert "60 " in next(program.lines(figure, many, {}, split=False))

    def test_takes_the_figures_that_begin_so(self):
        assert program.chosen(["order", "page.h"]) == [
            *("page.home", "order.purchase", "order.hand_over", "order.pix")
        ]

    def test_knows_no_other_figure(self, monkeypatch, capsys):
        monkeypatch.setattr(sys, "argv", ["bench", "page.moon"])
        with pytest.raises(SystemExit):
            program.main()
        assert "no figure begins with page.moon" in capsys.readouterr().err


class TestServed:
    def test_opens_its_line_again_after_a_silence(self, filled, monkeypatch):
        server = filled.servers.floor
        Browser(server).get("/hello")
        first = server._line.sock
        Browser(server).get("/hello")
        assert server._line.sock is first

        monkeypatch.setattr(server, "_asked_at", server._asked_at - 61)
        Browser(server).get("/hello")
        assert server._line.sock is not first


class TestFilling:
    def test_breaks_no_rule(self, filled):
        orders.purchase(filled)
        db.session.rollback()
        assert invariants.broken() == {}

    def test_is_found_as_if_indexed_one_by_one(self, filled):
        def rows():
            columns = Document.object_id, Document.title, Document.body, Document.extra
            terms = db.session.execute(sa.select(Term.term, Term.spelled, Term.documents))
            return set(db.session.execute(sa.select(*columns)).all()), set(terms.all())

        in_bulk = rows()
        for product_id in range(1, TINY.products + 1):
            indexing.reindex(product_id)
        assert rows() == in_bulk
        assert words.found_by("Cestos", "arumã") == ["cesto", "aruma"]
