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
