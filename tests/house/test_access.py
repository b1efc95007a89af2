"""Every route x the whole cast x {own, another's, abroad, nobody's}: each cell is declared.

"Kept out" is 401 or 403; "not there" is 404, the same answer for another's and for nobody's. Each
request is undone, so no cell changes what the next one finds.
"""

from contextlib import contextmanager

import pytest

from marketplace.core import error_pages
from marketplace.core.database import db
from tests.house.access_table import ALL, DOORS, Door


def ids(rule, named, whose):
    """Return the arguments of an address about somebody's thing."""
    if whose == "nobodys":
        return {name: nobodys(converter) for name, converter in rule._converters.items()}
    known = named[whose]
    return {name: known.get(f"{rule.endpoint}:{name}", known.get(name)) for name in rule.arguments}


def nobodys(converter):
    return 10**9 - 1 if converter.regex.startswith("[0-9]") else "nobodys-0"


def cells(app, named):
    """Yield rule, method, whose thing, path."""
    for rule in (rule for rule in app.url_map.iter_rules() if rule.endpoint in DOORS):
        whose_kinds = ("own", "others", "abroad", "nobodys") if rule.arguments else ("own",)
        for whose in whose_kinds:
            taken = ids(rule, named, whose)
            missing = [name for name, value in taken.items() if value is None]
            assert not missing, f"{rule.endpoint}: no {missing} in access_objects.py"
            path = app.url_map.bind("localhost").build(rule.endpoint, taken)
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield rule, method, whose, path


def fault(name, door, whose, status):
    """Say what is wrong with an answer, if anything."""
    if name not in door.enter.split():
        kept_out = 401 if name == "visitor" else 403
        return "" if status == kept_out else f"{kept_out} was declared"
    if not door.sees(name, whose):
        return (
            ""
            if status == 404
            else "404 was declared: LEAK"
            if status < 400
            else "404 was declared"
        )
    if status == door.also:
        return ""
    return "" if status < 500 and status not in (401, 403, 404, 405) else "it opens, as declared"


def ask(client, method, path, send, **how):
    """Return the status of an answer whose traces are undone, and where it leads."""
    db.session.remove()
    undo, cookies = db.engines[None].begin_nested(), client._cookies.copy()
    answer = client.open(path, method=method, data=send if method == "POST" else None, **how)
    answer.close()
    db.session.remove()
    undo.rollback()
    client._cookies = cookies
    return answer.status_code, answer.headers.get("Location", "")


@contextmanager
def silent(so):
    """Leave the pages of refusals blank: they hang on who reads, not on whose thing it is.

    A page is written after its status is settled, and a fault in one does not change it.
    """
    with pytest.MonkeyPatch.context() as patched:
        if so:
            patched.setattr(error_pages, "_page", lambda _facts: "")
        yield


def test_every_route_is_in_the_table_and_no_other(app):
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    undeclared, gone = routes - DOORS.keys(), DOORS.keys() - routes
    assert not undeclared, f"not in access_table.py: {', '.join(sorted(undeclared))}"
    assert not gone, f"only in access_table.py: {', '.join(sorted(gone))}"


def test_the_table_names_the_cast():
    for endpoint, door in DOORS.items():
        named = f"{door.enter} {door.own or ''} {door.others or ''} {door.abroad or ''}".split()
        assert set(named) <= set(ALL.split()), endpoint


@pytest.mark.parametrize("name", ALL.split())
def test_lets_in_those_it_declares_and_shows_them_what_it_declares(
    furnished, name, record_property
):
    client, person = furnished.app.test_client(), furnished.person(name)
    if person:
        client.log_in(person)
    wrong, size = [], 0
    for rule, method, whose, path in cells(furnished.app, furnished.named):
        door, size = DOORS[rule.endpoint], size + 1
        with silent(whose != "own"):
            status, _ = ask(client, method, path, door.send)
        if said := fault(name, door, whose, status):
            wrong.append(f"{rule.endpoint} {method} {path} ({whose}): {status}, but {said}")
    record_property("cells", size)
    record_property("leaks", sum("LEAK" in line for line in wrong))
    assert not wrong, "\n".join(wrong)


class TestFault:
    """What the matrix would say if a door were not as declared."""

    door = Door("ana arti", others="arti", abroad="")

    @pytest.mark.parametrize(
        ("name", "whose", "status"),
        [
            ("visitor", "own", 401),
            ("bia", "own", 403),
            ("bia", "nobodys", 403),
            ("ana", "own", 200),
            ("ana", "own", 422),
            ("ana", "others", 404),
            ("arti", "others", 302),
            ("arti", "abroad", 404),
            ("arti", "nobodys", 404),
        ],
    )
    def test_takes_what_is_declared(self, name, whose, status):
        assert not fault(name, self.door, whose, status)

    @pytest.mark.parametrize(
        ("name", "whose", "status"),
        [
            ("visitor", "own", 200),
            ("bia", "own", 404),
            ("ana", "own", 404),
            ("ana", "own", 500),
            ("ana", "others", 200),
            ("ana", "others", 403),
            ("arti", "abroad", 302),
            ("arti", "nobodys", 422),
        ],
    )
    def test_finds_what_is_not(self, name, whose, status):
        assert fault(name, self.door, whose, status)
