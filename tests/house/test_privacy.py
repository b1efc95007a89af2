"""Every column of every table is harmless or somebody's, and says what an erasure makes of it."""

import pytest
import sqlalchemy as sa

from marketplace.core import privacy
from marketplace.core.database import db

HOW = """
these columns say nothing about whether they tell of a person. In `marketplace/<feature>/privacy.py`
add to `harmless(YourModel, "column column")` what never does; for what does, write e.g.

    personal(YourModel, whose={"person": "user_id"}, erased={"note": ""}, why="…", ground="LGPD …")
    personal(YourModel, whose={"person": "user_id"}, goes="note", …)   # the whole row goes

(kinds of owner: person, member, enterprise, product, price_version, purchase, order, sold):
"""


def test_every_column_is_tagged(app):
    assert not privacy.untagged(), HOW + "\n".join(privacy.untagged())


def test_a_new_column_of_text_must_be_tagged(app):
    table = db.metadata.tables["zones"]
    table.append_column(sa.Column("nickname", sa.String))
    try:
        assert privacy.untagged() == ["zones.nickname"]
    finally:
        table._columns.remove(table.c.nickname)


def test_no_column_is_both_harmless_and_somebodys():
    register = privacy.register
    both = {
        f"{holding.table.name}.{name}"
        for holding in register.holdings
        for name in holding.erased
        if name in register.harmless.get(holding.table.name, ())
    }
    assert not both


def test_a_tag_names_a_column_that_is_there():
    from marketplace.accounts.models import Zone

    with pytest.raises(LookupError, match="zones has no nickname"):
        privacy.harmless(Zone, "name nickname")
