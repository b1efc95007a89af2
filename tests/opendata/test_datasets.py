"""The open data: what the page tells, for programs; a version never changes."""

import csv
import hashlib
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.core.rights import HOUSE
from marketplace.opendata import datasets, operations, queries
from tests.factories.accounts import make_division
from tests.factories.enterprises import make_enterprise
from tests.factories.opendata import THEN, make_word
from tests.factories.reports import make_fact

LATER = datetime(2030, 4, 20, 12, tzinfo=UTC)
DATA = "/transparencia/dados"


@pytest.fixture
def groups():
    division = make_division(name="Divisão de Economia Solidária")
    found = [make_enterprise(division=division) for _ in range(5)]
    for each in found:
        make_fact(each, gross_cents=100_00)
    return found


@pytest.fixture
def corrected(groups):
    """Publish March 2030, and correct it nine days later."""
    first = make_word()
    for each in groups:
        make_fact(each, gross_cents=10_00, recorded_at=LATER)
    operations.correct_month(first, by=HOUSE, now=LATER)


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def of(found, measure):
    return {row["code"]: row["centavos"] for row in found if row["measure"] == measure}


class TestFile:
    def test_tells_each_sum_in_centavos(self, client, groups):
        make_word()

        found = rows(client.get(f"{DATA}/vendas.csv").text)

        assert of(found, "total") == {"": "50000"}
        assert of(found, "zone") == {"sul": "50000"}
        assert {(row["month"], row["revision"], row["invented"]) for row in found} == {
            ("2030-03", "1", "false")
        }

    def test_marks_what_is_hidden(self, client, groups):
        make_fact(groups[0], gross_cents=9_00, zone="norte")
        make_word()

        found = rows(client.get(f"{DATA}/vendas.csv").text)

        hidden = {row["code"]: row["centavos"] for row in found if row["status"] == "hidden"}
        assert hidden["norte"] == ""

    def test_tells_the_same_as_json(self, client, groups):
        make_word()

        told = client.get(f"{DATA}/vendas.json").json

        assert (told["version"], told["published_at"]) == (1, "2030-04-11T12:00:00Z")
        assert {"measure": "total", "code": "", "centavos": 50000}.items() <= told["rows"][
            0
        ].items()

    def test_tells_what_was_corrected(self, client, corrected):
        found = rows(client.get(f"{DATA}/correcoes.csv").text)

        assert [
            (row["revision"], row["published_at"], row["before"], row["after"])
            for row in found
            if row["measure"] == "total"
        ] == [("2", "2030-04-20T12:00:00Z", "50000", "55000")]
        assert of(rows(client.get(f"{DATA}/vendas.csv").text), "total") == {"": "55000"}

    def test_tells_nothing_of_a_sum_that_stayed(self, client, corrected):
        found = rows(client.get(f"{DATA}/correcoes.csv").text)

        assert "part" not in {row["measure"] for row in found}


class TestVersion:
    def test_stays_as_it_was(self, client, groups):
        first = make_word()
        before = client.get(f"{DATA}/v1/vendas.csv").data
        for each in groups:
            make_fact(each, gross_cents=10_00, recorded_at=LATER)
        operations.correct_month(first, by=HOUSE, now=LATER)

        assert client.get(f"{DATA}/v1/vendas.csv").data == before
        assert client.get(f"{DATA}/v2/vendas.csv").data == client.get(f"{DATA}/vendas.csv").data
        assert client.get(f"{DATA}/v2/vendas.csv").data != before

    @pytest.mark.parametrize("number", ["0", "2", "9" * 40])
    def test_is_not_there_before_it_was_published(self, client, groups, number):
        make_word()

        assert client.get(f"{DATA}/v{number}/vendas.csv").status_code == 404

    @pytest.mark.parametrize("file", ["compras.csv", "vendas.xls", "v1/compras.csv"])
    def test_has_only_the_files_it_tells(self, client, groups, file):
        make_word()

        assert client.get(f"{DATA}/{file}").status_code == 404

    def test_of_nothing_is_not_there(self, client):
        assert client.get(f"{DATA}/vendas.csv").status_code == 404

    def test_takes_together_what_was_published_at_once(self, groups):
        make_fact(groups[0], occurred_on=date(2030, 2, 5), recorded_at=THEN - timedelta(days=30))
        make_word(203002)
        make_word(203003)

        assert [len(each.words) for each in datasets.versions(queries.words())] == [2]


class TestPages:
    def test_tell_the_sum_of_each_file(self, client, corrected):
        page = client.get(DATA).text

        for name in ("v1/vendas.csv", "v2/vendas.csv", "v2/correcoes.json"):
            assert hashlib.sha256(client.get(f"{DATA}/{name}").data).hexdigest() in page

    def test_say_that_nothing_is_published(self, client):
        assert client.get(DATA).status_code == 200
        assert json.loads(client.get(f"{DATA}/catalogo.jsonld").text)["dcat:dataset"] == []


class TestCatalogue:
    def test_leads_to_files_with_their_sums(self, client, corrected):
        answer = client.get(f"{DATA}/catalogo.jsonld")
        told = json.loads(answer.text)

        assert answer.mimetype == "application/ld+json"
        assert told["dct:publisher"]["foaf:name"] == "Divisão de Economia Solidária"
        files = [each for dataset in told["dcat:dataset"] for each in dataset["dcat:distribution"]]
        assert len(files) == 4
        for each in files:
            sent = client.get(each["dcat:downloadURL"]["@id"])
            sum_ = each["spdx:checksum"]["spdx:checksumValue"]["@value"]
            assert hashlib.sha256(sent.data).hexdigest() == sum_
            assert int(each["dcat:byteSize"]["@value"]) == len(sent.data)

    def test_speaks_each_language(self, client, corrected):
        told = json.loads(client.get(f"{DATA}/catalogo.jsonld").text)

        spoken = {each["@language"]: each["@value"] for each in told["dct:title"]}
        assert list(spoken) == ["pt-BR", "es", "en"]
        assert len(set(spoken.values())) == 3


@pytest.mark.parametrize("file", ["vendas.csv", "v1/vendas.json", "catalogo.jsonld"])
def test_programs_of_any_site_may_read_it(client, groups, file):
    make_word()

    told = client.get(f"{DATA}/{file}").headers

    assert told["Access-Control-Allow-Origin"] == "*"
    assert told["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "sandbox" in told["Content-Security-Policy"]
