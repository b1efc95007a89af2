"""What npm installs for the tests is told by the lock alone, whatever the registry says today."""

import json

from checks.rules import ROOT


def test_no_package_is_named_by_a_tag_that_moves() -> None:
    overridden = json.loads((ROOT / "package.json").read_text())["overrides"]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    asked = {
        (name, version)
        for package in packages.values()
        for name, version in package.get("dependencies", {}).items()
    }
    moving = {name for name, version in asked if version.isalpha()}
    assert moving, "nothing to override any more: take the override away"
    assert moving <= set(overridden)
