"""Each rule of `./run check` finds what it is there to find, and nothing in its place."""

import pytest
from babel.messages.catalog import Catalog

from checks import rules, sizes, translations

PLANTED = {
    "marketplace/fairs/queries.py": [
        "    session.commit()",
        "    now = datetime.now(UTC)",
        "    page = render_template_string(words)",
        '    db.session.execute(text(f"delete from {table}"))',
        "    # TODO later",
    ],
    "marketplace/fairs/models/tills.py": ["if TYPE_CHECKING:"],
    "templates/fairs/show.html": [
        '<p style="color: red">',
        "<script>go()</script>",
        '<button onclick="go()">',
        "{{ story|safe }}",
    ],
    "requirements.txt": ["flask @ https://example.org/flask.whl", "--extra-index-url x"],
    "tests/fairs/test_views.py": ["    time.sleep(1)", "    pytest.skip()"],
}
ALLOWED = {
    "marketplace/core/database.py": ["    session.commit()"],
    "marketplace/core/clock.py": ["    return datetime.now(UTC)"],
    "templates/emails/fairs/call.html": ['<p style="color: red">'],
    "templates/fairs/index.html": [
        '<script type="module" src="/static/js/menu.js"></script>',
        '<script type="application/ld+json">{{ facts|tojson }}</script>',
    ],
    "package-lock.json": ['        "url": "https://example.org/funding"'],
}


def plant(root, name, line):
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{line}\n")


class TestRules:
    @pytest.mark.parametrize(("name", "line"), [(n, x) for n in PLANTED for x in PLANTED[n]])
    def test_finds(self, tmp_path, name, line):
        plant(tmp_path, name, line)
        assert [fault.split(":")[0] for fault in rules.faults(tmp_path)] == [name]

    @pytest.mark.parametrize(("name", "line"), [(n, x) for n in ALLOWED for x in ALLOWED[n]])
    def test_allows(self, tmp_path, name, line):
        plant(tmp_path, name, line)
        assert not list(rules.faults(tmp_path))

    def test_finds_a_name_that_says_nothing(self, tmp_path):
        plant(tmp_path, "marketplace/fairs/utils.py", "")
        assert list(rules.faults(tmp_path))


class TestSizes:
    def test_finds_a_long_function_and_a_long_file(self, tmp_path):
        plant(tmp_path, "marketplace/long.py", "def long():\n" + "    go()\n" * 300)
        assert len(sizes.measure(tmp_path)[1]) == 2

    def test_counts_no_docstring(self, tmp_path):
        described = '    """Go.\n' + "    far\n" * 40 + '    """\n'
        plant(tmp_path, "marketplace/short.py", f"def short():\n{described}    go()\n")
        assert sizes.measure(tmp_path)[0][1] == "1 functions: median 2 lines, longest 2"

    def test_finds_a_sixth_positional_argument(self, tmp_path):
        plant(tmp_path, "marketplace/many.py", "def many(a, b, c, d, e, f, *, g): ...")
        assert len(sizes.measure(tmp_path)[1]) == 1


class TestTranslations:
    def compare(self, message, string, flags=()):
        used, found = Catalog(), Catalog()
        used.add(message, None, [("here.py", 1)])
        found.add(message, string, flags=flags)
        return list(translations.compare(used, found))

    def test_takes_a_whole_translation(self):
        assert not self.compare("%(name)s is closed", "%(name)s fechou")

    def test_finds_a_missing_one(self):
        assert self.compare("Close", "")

    def test_finds_a_guess(self):
        assert self.compare("Close", "Fechar", flags=["fuzzy"])

    def test_finds_other_slots(self):
        assert self.compare("%(name)s is closed", "%(nome)s fechou")

    def test_finds_one_that_nothing_uses(self):
        found = Catalog()
        found.add("Close", "Fechar")
        assert list(translations.compare(Catalog(), found))

    def test_lets_a_singular_do_without_its_number(self):
        plural = ("%(num)s stall in %(town)s", "%(num)s stalls in %(town)s")
        assert not self.compare(plural, ("uma banca em %(town)s", "%(num)s bancas em %(town)s"))

    def test_finds_a_plural_without_a_form(self):
        assert self.compare(("one stall", "%(num)s stalls"), ("uma banca", ""))
