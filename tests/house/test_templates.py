from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "templates"
TEMPLATES = sorted(str(file.relative_to(ROOT)) for file in ROOT.rglob("*") if file.is_file())


@pytest.mark.parametrize("name", TEMPLATES)
def test_compiles(app, name):
    app.jinja_env.get_template(name)
