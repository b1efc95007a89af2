"""No page shows somebody's data to who works for others without a row that says so.

Every address is asked by everybody of the cast who works for others; where the page holds what a
personal column of somebody else keeps, there must be a reading of it.
"""

from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.core import readings
from marketplace.core.database import db
from marketplace.core.formats import phone
from tests.house.access_objects import arguments, cast
from tests.house.access_table import DOORS

WORKERS = ("faci", "desk", "arti", "quali", "fin", "head", "coun", "dora")
PRIVATE = {
    "users": ("name", "mobile", "email"),
    "members": ("name",),
    "purchases": ("buyer_name", "buyer_mobile", "buyer_email"),
    "orders": ("address",),
    "enterprises": ("address", "responsible_name", "responsible_cpf", "pix_key", "pix_holder"),
}


def planted(viewer):
    """Return what tells of others: the values of every personal column of the tables above."""
    found = set()
    for table, columns in PRIVATE.items():
        for row in db.session.execute(
            sa.select(*(sa.column(name) for name in columns)).select_from(sa.table(table))
        ):
            found |= {value for value in row if value and len(value) > 5}
    found -= {viewer.name, viewer.mobile, viewer.email}
    return found | {phone(value) for value in found if value.startswith("+55")}


def pages_shown(app, client, own):
    """Yield endpoint and text of each page that opens, with the readings that it left."""
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or "visitor" in DOORS[rule.endpoint].enter:
            continue  # what is public, or opens to a secret link
        known = arguments_of(rule, own)
        if None in known.values():
            continue
        before = count()
        answer = client.get(app.url_map.bind("localhost").build(rule.endpoint, known))
        if answer.status_code == HTTPStatus.OK:
            yield rule.endpoint, answer.data.decode(errors="replace"), count() - before


def arguments_of(rule, own):
    return {name: own.get(f"{rule.endpoint}:{name}", own.get(name)) for name in rule.arguments}


def count():
    return db.session.scalar(sa.select(sa.func.count()).select_from(readings.Reading))


@pytest.mark.parametrize("name", WORKERS)
def test_every_page_with_anothers_data_leaves_a_reading(app, client, name):
    people, own = cast()
    named, viewer = arguments(own), people[name]
    secrets = planted(viewer)
    client.log_in(viewer)

    silent = {
        endpoint: sorted(told)[:3]
        for endpoint, text, noted in pages_shown(app, client, named)
        if not noted and (told := {secret for secret in secrets if secret in text})
    }

    assert not silent, f"name these in the feature's reads.py: {silent}"


def test_names_only_pages_that_are_there():
    assert set(readings.pages) <= set(DOORS)
