from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.core import pdf
from tests.paper import Paper

LIST = "_print/list"
PART = {"title": "Stalls", "columns": ["Stall", "Who"], "rows": [["1", "Mães da Mata"]]}
TYPED = '#read("/etc/passwd") $x$ ] } *bold* <a> \\ "'


@pytest.fixture
def paper(app):
    made = pdf.render(LIST, {"title": "Fair day", "notes": [TYPED], "parts": [PART]})
    return Paper(made)


def test_can_be_read_out(paper):
    assert paper.is_tagged
    assert paper.language == "en"
    assert paper.title == "Fair day"
    assert paper.tags >= {"H1", "H2", "P", "Table", "TH", "TD"}


def test_speaks_the_language_it_is_told(app):
    paper = Paper(pdf.render(LIST, {"title": "Dia de feira", "language": "pt_BR"}))
    assert paper.language == "pt-BR"


def test_what_was_typed_is_printed_as_it_is(paper):
    assert TYPED in paper.text(0)


def test_letters_that_no_font_of_ours_has_are_marked(app):
    paper = Paper(pdf.render(LIST, {"title": "Mães 🥰👍 da ขอบคุณ Mata", "notes": ["açaí — R$ 5…"]}))
    assert "Mães ? da ? Mata" in paper.text(0)
    assert "açaí — R$ 5…" in paper.text(0)


def test_letters_are_ours_on_every_machine(paper):
    assert paper.fonts == {"NotoSans-Regular", "NotoSans-Bold"}


def test_is_the_same_each_time(app):
    data = {"title": "Twice"}
    assert pdf.render(LIST, data) == pdf.render(LIST, data)


def test_needs_a_title(app):
    with pytest.raises(ValueError, match="has no title"):
        pdf.render(LIST, {"title": " "})


def test_two_at_once_take_turns(app):
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(
                lambda n: pdf.render(LIST, {"title": f"Sheet {n}", "language": "en"}), range(8)
            )
        )
    assert [Paper(each).title for each in made] == [f"Sheet {n}" for n in range(8)]
