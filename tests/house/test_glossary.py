"""The glossary names what is in the code, and says every thing in three languages."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rows():
    for line in (ROOT / "docs/glossary.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0] not in ("português", "---"):
            yield cells


def test_says_each_thing_in_three_languages():
    assert [row for row in rows() if not all(row)] == []


def test_every_word_for_code_is_in_the_code():
    words = "\n".join(path.read_text("utf-8") for path in ROOT.glob("marketplace/**/*.py"))
    named = {
        word
        for row in rows()
        for word in re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", row[3])))
    }

    assert {word for word in named if not re.search(rf"{word}\b", words)} == set()
