"""Attributes of controls are written as WTForms documents it."""

import pytest
from markupsafe import Markup
from wtforms import Form, StringField, TextAreaField
from wtforms.widgets import html_params

from marketplace.core.controls import written


class Asked(Form):
    said = StringField(render_kw={"data_kind": "a"})
    told = TextAreaField()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "a", "id": "b"}, 'id="b" name="a"'),
        ({"class_": "c", "for_": "d"}, 'class="c" for="d"'),
        (
            {"data_x_y": "1", "aria_label": "e", "aria-z": 2},
            'aria-z="2" aria-label="e" data-x-y="1"',
        ),
        ({"checked": True, "hidden": False, "value": None}, 'checked value="None"'),
        ({"value": "<i>\"'&"}, 'value="&lt;i&gt;&#34;&#39;&amp;"'),
        ({"value": Markup('<i>"&amp;')}, 'value="<i>&quot;&amp;"'),
    ],
)
def test_writes_what_the_library_would(given, expected):
    assert written(**given) == html_params(**given) == expected


def test_stands_in_the_place_of_the_librarys_own(app):
    form = Asked(data={"said": '"', "told": "x"})
    assert app
    assert (
        form.said(required=True)
        == '<input data-kind="a" id="said" name="said" required type="text" value="&#34;">'
    )
    assert form.told(rows=2) == '<textarea id="told" name="told" rows="2">\r\nx</textarea>'
