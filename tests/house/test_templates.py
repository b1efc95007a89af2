import re
from pathlib import Path

import pytest
from flask_babel import force_locale

ROOT = Path(__file__).parents[2] / "templates"
TEMPLATES = sorted(str(file.relative_to(ROOT)) for file in ROOT.rglob("*") if file.is_file())


@pytest.mark.parametrize("name", TEMPLATES)
def test_compiles_in_each_language(app, name):
    with app.app_context():
        for language in app.config["LANGUAGES"]:
            with force_locale(language):
                app.jinja_env.get_template(name)


def test_what_unfolds_has_a_mark_that_says_so():
    """The browser's triangle is taken away; the till marks its own by a line under the words."""
    bare = re.compile(r"<summary[^>]*>(?!.{0,60}icon\()")
    pages = [name for name in TEMPLATES if name.endswith(".html") and "till_app" not in name]
    assert [name for name in pages if bare.search((ROOT / name).read_text("utf-8"))] == []
