"""What is written down is what there is."""

import re
from pathlib import Path

from marketplace.core import processing

ROOT = Path(__file__).parents[2]
OURS = {"FLASK_DEBUG", "PANEIRO_SETTINGS", "TEST_DATABASE_URL"}  # not of an installation


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


class TestRunning:
    def test_tells_every_setting_and_no_other(self):
        told = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", read("docs/running.md"), re.MULTILINE))
        read_there = r"(?:env|words|environ\.get)\(\s*\"([A-Z0-9_]+)\""
        assert told | OURS == set(re.findall(read_there, read("config.py"))) | OURS

    def test_names_no_command_that_is_not_there(self, app):
        named = set(re.findall(r"flask ([a-z-]+)", read("docs/running.md") + read("README.md")))
        assert named - {"db"} <= set(app.cli.commands)


class TestReadme:
    def test_links_to_what_is_there(self):
        links = set(re.findall(r"\]\(([^)#]+)", read("README.md")))
        assert not {link for link in links if not (ROOT / link).exists()}


class TestPrivacy:
    def test_is_the_record_that_the_tags_make(self, app):
        """Write it anew with ``./run flask record-of-processing > docs/privacy.md``."""
        assert read("docs/privacy.md") == processing.markdown()
