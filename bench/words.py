"""What the figures' products are called and told of, and how a search finds them: in bulk.

The rows are those that `core.search.index` would write; a test holds the two together.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import sqlalchemy as sa

from bench import bulk
from bench.bulk import Row
from marketplace.catalogue.operations.indexing import KIND
from marketplace.core.search.tables import Document, Term
from marketplace.core.search.words import counted, indexed, spelled_in, words

Texts = Mapping[str, tuple[str, ...]]
THINGS = (
    *("Cesto", "Bolsa", "Tipiti", "Peneira", "Colar", "Brinco", "Rede", "Esteira", "Chapéu"),
    *("Farinha", "Óleo", "Mel", "Doce", "Castanha", "Sabonete", "Vaso", "Tapete", "Caixa"),
    *("Pulseira", "Boneca"),
)
MATERIALS = (
    *("arumã", "tucumã", "açaí", "buriti", "cipó titica", "andiroba", "copaíba", "mandioca"),
    *("cupuaçu", "cerâmica", "madeira", "papel reciclado"),
)
TOLD = (
    "Feito à mão por um grupo de vizinhas na beira do rio.",
    "A fibra é colhida na lua certa, seca ao sol e tingida com folhas.",
    "Cada peça leva três dias de trabalho e é única.",
    "Guardar em lugar seco, longe do sol e da chuva.",
)
# SQLite reads the words again from the documents; PostgreSQL's parser sees only plain ones here.
FILL_INDEX = {
    "sqlite": "INSERT INTO search_index (search_index) VALUES ('rebuild')",
    "postgresql": "INSERT INTO search_index SELECT id, setweight(to_tsvector('simple', title),"
    " 'A') || setweight(to_tsvector('simple', body), 'B')"
    " || setweight(to_tsvector('simple', extra), 'C') FROM search_documents",
}


def name_parts(number: int) -> tuple[str, ...]:
    return thing(number), "de", material(number), str(number)


def thing(number: int) -> str:
    return THINGS[number % len(THINGS)]


def material(number: int) -> str:
    return MATERIALS[number // len(THINGS) % len(MATERIALS)]


def found_by(*asked: str) -> list[str]:
    """Return the terms that a search would ask the engine for."""
    return [word.singular for text in asked for word in words(text)]


def enter(connection: sa.Connection, texts: Iterable[tuple[int, Texts]]) -> None:
    """Make products findable: by id, the pieces of which each text is made."""
    terms: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    bulk.enter(connection, Document, _documents(texts, terms, spelled))
    bulk.enter(connection, Term, _terms(terms, spelled))
    connection.exec_driver_sql(FILL_INDEX[connection.dialect.name])


def _documents(
    texts: Iterable[tuple[int, Texts]], terms: Counter[str], spelled: dict[str, str]
) -> Iterator[Row]:
    """Yield the documents, counting their terms and how these are spelled on the way."""
    for product_id, pieces in texts:
        found = {name: _joined(of) for name, of in pieces.items()}
        terms.update(counted(found))
        for piece in (piece for of in pieces.values() for piece in of):
            spelled.update(_spelled(piece))
        yield {"id": product_id, "kind": KIND, "object_id": product_id, **found}


def _terms(terms: Counter[str], spelled: dict[str, str]) -> Iterator[Row]:
    for term, documents in terms.items():
        yield {
            "kind": KIND,
            "term": term,
            "spelled": spelled.get(term, ""),
            "documents": documents,
        }


def _joined(pieces: tuple[str, ...]) -> str:
    return " ".join(filter(None, map(_indexed, pieces)))


_indexed, _spelled = cache(indexed), cache(spelled_in)
