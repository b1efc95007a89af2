from datetime import date, time

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form

from marketplace.core import fields


class Typed(Form):
    name = fields.LineField("Name", least=2, most=10)
    story = fields.ParagraphsField("Story", required=False)
    price = fields.MoneyField("Price", required=False, least=1, most=1000_00)
    count = fields.IntegerField("Count", required=False, most=50)
    grams = fields.ScaledField("Weight", required=False, places=3)
    day = fields.DateField("Day", required=False)
    hour = fields.TimeField("Hour", required=False)
    mobile = fields.MobileField("Mobile", required=False, area="92")
    email = fields.EmailField("E-mail", required=False)
    cpf = fields.CpfField("CPF", required=False)
    key = fields.PixKeyField("Pix key", required=False)


def typed(**given):
    form = Typed(MultiDict({"name": "Weavers"} | given))
    form.validate()
    return form


@pytest.fixture(autouse=True)
def asked(app):
    with app.test_request_context():
        yield


class TestFields:
    @pytest.mark.parametrize(
        ("field", "text", "value"),
        [
            ("name", "  Jose\u0301\x00 ", "José"),
            ("story", "a\r\nb\x07", "a\nb"),
            ("price", "R$ 1.000,00", 1000_00),
            ("price", "12,5", 12_50),
            ("count", "50", 50),
            ("grams", "1,5", 1500),
            ("day", "2026-11-22", date(2026, 11, 22)),
            ("day", "22/11/2026", date(2026, 11, 22)),
            ("hour", "08:30", time(8, 30)),
            ("hour", "8h", time(8, 0)),
            ("hour", "08:30:00", time(8, 30)),
            ("mobile", "99999-0000", "+5592999990000"),
            ("email", "Ana@Example.org", "ana@example.org"),
            ("cpf", "529.982.247-25", "52998224725"),
        ],
    )
    def test_reads_what_people_write(self, field, text, value):
        form = typed(**{field: text})

        assert (form[field].data, form.errors) == (value, {})

    def test_takes_no_file_for_a_text(self):
        assert typed(name=FileStorage(filename="a.txt")).name.data == ""

    def test_takes_what_would_not_be_kept_for_nothing(self):
        assert typed(name="\0\x1b").errors == {"name": ["Fill in this field."]}

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("name", "A"),
            ("name", "A" * 11),
            ("name", "   "),
            ("price", "12.50"),
            ("price", "0"),
            ("price", "1.000,01"),
            ("price", "٣"),
            ("count", "51"),
            ("count", "-1"),
            ("count", "9" * 400),
            ("count", "1e3"),
            ("grams", "1,2345"),
            ("day", "31/02/2026"),
            ("day", "0001-01-01"),
            ("day", "tomorrow"),
            ("hour", "24:00"),
            ("hour", "noon"),
            ("mobile", "123"),
            ("email", "ana@"),
            ("cpf", "111.111.111-11"),
            ("key", "?"),
        ],
    )
    def test_says_one_thing_about_the_rest_and_shows_it_as_typed(self, field, text):
        form = typed(**{field: text})

        assert len(form[field].errors) == 1
        assert form[field]._value() == text.strip()

    def test_is_none_or_empty_when_left_out(self):
        form = typed(story=" ")

        assert (form.errors, form.story.data, form.price.data) == ({}, "", None)

    def test_shows_a_stored_value_as_people_type_it(self):
        form = Typed(data={"price": 1234_56, "grams": 1500, "mobile": "+5592999990000"})

        shown = [form[name]._value() for name in ("price", "grams", "mobile", "day")]
        assert shown == ["1234,56", "1,500", "(92) 99999-0000", ""]
