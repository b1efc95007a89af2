import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core import search
from marketplace.core.database import db, operation
from marketplace.core.search.tables import Document, Term
from marketplace.core.search.words import counted

SHELF = {
    1: ("Cesto de arumã com tampa", "Trançado no Alto Rio Negro"),
    2: ("Guaraná em pó", "Natural de Maués, moído na pedra"),
    3: ("Geleia de cupuaçu", "Com açúcar de coco"),
    4: ("Farinha d’água ovinha", "Torrada no forno de barro"),  # noqa: RUF001
    5: ("Castanha-do-pará", "Sem casca, 500 g"),
    6: ("Castanha de caju", "Com arumã na embalagem"),
    7: ("Colar de açaí", "Semente natural"),
    8: ("Pão de limão", "De farinha de trigo"),
}


@pytest.fixture
def shelf():
    for number, (title, body) in SHELF.items():
        search.index("product", number, title=title, body=body)


def found(text, kind="product"):
    match = search.matching(kind, text)
    rows = db.session.execute(match.select.order_by("rank", "object_id"))
    return [number for number, _rank in rows]


def vocabulary(kind="product"):
    rows = db.session.execute(sa.select(Term.term, Term.documents).where(Term.kind == kind))
    return dict(tuple(row) for row in rows)


@pytest.mark.usefixtures("shelf")
class TestMatching:
    @pytest.mark.parametrize(
        ("text", "ids"),
        [
            ("cesto aruma", [1]),
            ("CESTO DE ARUMÃ", [1]),
            ("cest arum", [1]),
            ("cestos de arumas", [1]),
            ("farinha d'agua", [4]),
            ("farinha d’água", [4]),  # noqa: RUF001
            ("farinha dagua", [4]),
            ("farinha agua", [4]),
            ("castanha-do-para", [5]),
            ("castanha do pará", [5]),
            ("castanha para presente", [5, 6]),
            ("castanhas", [5, 6]),
            ("limões", [8]),
            ("limoes", [8]),
            ("colares", [7]),
            ("pães", [8]),
            ("com", [1, 3, 6]),
        ],
    )
    def test_finds_what_a_buyer_means(self, text, ids):
        assert sorted(found(text)) == ids

    @pytest.mark.parametrize("text", ["", "  ", "!!!", "'", "🧺", "日本"])
    def test_finds_nothing_where_no_word_is_asked_for(self, text):
        assert found(text) == []

    @pytest.mark.parametrize(
        "text",
        [
            '"',
            'cesto"',
            "cesto OR 1",
            "NEAR(a b)",
            "title:cesto",
            "cesto*",
            "-cesto",
            "a & !b",
            "':*",
        ],
    )
    def test_takes_no_sign_for_a_command(self, text):
        assert isinstance(found(text), list)

    def test_shows_first_what_has_the_word_in_its_title(self):
        assert found("aruma") == [1, 6]

    def test_keeps_kinds_apart(self):
        search.index("enterprise", 1, title="Grupo Fio de Tucum", body="Cestos e redes")

        assert found("cesto") == [1]
        assert found("tucum") == []
        assert found("cesto", "enterprise") == [1]

    @pytest.mark.parametrize(
        ("text", "corrected", "first"),
        [
            ("guarna natural", "guaraná natural", 2),
            ("cupuasu", "cupuaçu", 3),
            ("farina dagua", "farinha d'água", 4),
            ("farina d'agua", "farinha d'água", 4),
            ("castnha do pará", "castanha do pará", 5),
            ("Sesto com tampa", "cesto com tampa", 1),
        ],
    )
    def test_mends_typos_and_says_so(self, text, corrected, first):
        assert search.matching("product", text).corrected == corrected
        assert found(text)[0] == first

    @pytest.mark.parametrize(
        "text", ["cesto aruma", "castan", "limao", "limoes", "po", "xyz", "500"]
    )
    def test_mends_no_word_that_is_known_begun_or_short(self, text):
        assert search.matching("product", text).corrected is None

    def test_shows_what_has_some_of_the_words_when_nothing_has_all(self):
        match = search.matching("product", "cesto limão")

        assert match.loosened
        assert sorted(found("cesto limão")) == [1, 8]
        assert not search.matching("product", "cesto aruma").loosened

    def test_says_which_words_were_searched(self):
        assert search.matching("product", "Sesto de arumã").terms == ("cesto", "aruma")

    def test_a_feature_joins_it_with_its_own_rows_pages_and_counts(self):
        shelf = sa.table("search_documents", sa.column("object_id"), sa.column("title"))
        hits = search.matching("product", "castanha").select.subquery()
        joined = (
            sa.select(shelf.c.title, hits.c.rank)
            .join(hits, hits.c.object_id == shelf.c.object_id)
            .order_by(hits.c.rank, shelf.c.title)
        )

        assert len(db.session.execute(joined.limit(1)).all()) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(joined.subquery())) == 2

    @pytest.mark.parametrize(
        "text", ["cesto aruma", "guarna natural", "nenhum destes nomes existe"]
    )
    def test_asks_at_most_three_questions(self, text):
        asked = []
        engine = db.session.connection().engine
        sa.event.listen(
            engine, "after_cursor_execute", lambda *all_of_it: asked.append(all_of_it[2])
        )

        search.matching("product", text)

        assert len(asked) <= 3


class TestIndex:
    def test_replaces_the_texts_of_a_thing(self):
        search.index("product", 1, title="Cesto", body="")
        search.index("product", 1, title="Peneira", body="")

        assert found("cesto") == []
        assert found("peneira") == [1]

    def test_is_undone_with_the_operation_around_it(self):
        @operation
        def change_and_fail():
            search.index("product", 1, title="Cesto", body="")
            raise LookupError

        with pytest.raises(LookupError):
            change_and_fail()

        assert found("cesto") == []
        assert vocabulary() == {}

    def test_finds_words_of_the_extra_text(self):
        search.index("product", 1, title="Cesto", body="", extra="Grupo Fio de Tucum")

        assert found("tucum") == [1]

    def test_takes_long_words_and_long_texts(self):
        search.index("product", 1, title="x" * 5000, body="palavra " * 20_000 + "fim")

        assert found("x" * 5000) == found("fim") == [1]

    def test_counts_in_how_many_documents_a_word_is(self):
        search.index("product", 1, title="Cesto cesto", body="cesto de arumã")
        search.index("product", 2, title="Cesto", body="")

        assert vocabulary() == {"cesto": 2, "aruma": 1}

    def test_spells_a_word_with_its_accents_once_somebody_did(self):
        search.index("product", 1, title="Aruma", body="")
        search.index("product", 2, title="Arumã", body="")

        assert search.matching("product", "arima").corrected == "arumã"


class TestRemove:
    def test_makes_a_thing_unfindable(self):
        search.index("product", 1, title="Cesto", body="")
        search.remove("product", 1)

        assert found("cesto") == []
        assert vocabulary() == {}

    def test_of_what_was_never_indexed_does_nothing(self):
        search.remove("product", 1)

        assert found("cesto") == []


words_of_titles = st.lists(
    st.sampled_from(["cesto", "Arumã", "aruma", "d'água", "colares", "500g", "ß", "12e5", "do"]),
    max_size=5,
).map(" ".join)


class TestEveryChange:
    @settings(
        derandomize=True,
        deadline=None,
        max_examples=30,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(st.tuples(st.integers(1, 3), st.none() | words_of_titles), max_size=8))
    def test_leaves_the_vocabulary_as_if_counted_anew(self, changes):
        for number, title in changes:
            if title is None:
                search.remove("product", number)
            else:
                search.index("product", number, title=title, body="cesto")

        texts = db.session.execute(sa.select(Document.title, Document.body, Document.extra)).all()
        terms = [term for row in texts for term in counted(row._asdict())]
        assert vocabulary() == {term: terms.count(term) for term in terms}
        for title in (title for _, title in changes if title):
            assert isinstance(found(title), list)
        for number in (1, 2, 3):
            search.remove("product", number)
