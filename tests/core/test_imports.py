from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import imports
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, Person
from tests.factories.clock import NOW

ANA, BIA = Person(id=1), Person(id=2)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def keep(by=ANA, now=NOW):
    return imports.keep("enterprises", "grupos.csv", b"code;name", by=by, now=now)


class TestFetch:
    def test_returns_the_file_for_a_day(self):
        token = keep()

        draft = imports.fetch("enterprises", token, by=ANA, now=NOW + DAY - SECOND)

        assert (draft.file_name, draft.content) == ("grupos.csv", b"code;name")
        with pytest.raises(NotFound):
            imports.fetch("enterprises", token, by=ANA, now=NOW + DAY)

    @pytest.mark.parametrize("by", [BIA, HOUSE])
    def test_is_for_who_sent_it(self, by):
        token = keep()

        with pytest.raises(NotFound):
            imports.fetch("enterprises", token, by=by, now=NOW)

    def test_is_of_its_kind(self):
        with pytest.raises(NotFound):
            imports.fetch("products:1", keep(), by=ANA, now=NOW)


class TestKeep:
    def test_keeps_of_a_files_name_what_a_text_may_hold(self):
        token = imports.keep("enterprises", "a\0\ud800.csv", b"code;name", by=ANA, now=NOW)

        assert imports.fetch("enterprises", token, by=ANA, now=NOW).file_name == "a.csv"

    def test_drops_what_is_a_day_old(self):
        keep(now=NOW - DAY)
        fresh = keep()

        assert list(db.session.scalars(sa.select(imports.ImportDraft.token))) == [fresh]


class TestDrop:
    def test_forgets_only_what_is_ones_own(self):
        token = keep()

        imports.drop("enterprises", token, by=BIA)
        assert imports.fetch("enterprises", token, by=ANA, now=NOW)
        imports.drop("enterprises", token, by=ANA)
        with pytest.raises(NotFound):
            imports.fetch("enterprises", token, by=ANA, now=NOW)
