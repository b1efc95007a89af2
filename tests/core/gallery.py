"""The page with every macro of the look, and what it is filled with."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from flask import Flask, render_template_string, request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from marketplace import create_app
from marketplace.core.look import SEGMENTS
from marketplace.core.paging import Page
from marketplace.core.rights import anyone

PAGE = Path(__file__).with_name("every_macro.html")
PARTS = [5590, 1290, 860, 688, 172]  # centavos of a basket that costs R$ 86,00
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
SALES = [[95, 66, 22, 30, 12], [106, 80, 25, 31, 15], [122, 99, 27, 28, 20]] * 2
ANSWERS = {"name": "Raimunda", "price": "12,90", "hours": "6", "segment": "artesanato"}
MOBILE_NEEDED = "Write the mobile number with area code, like (92) 99999-0000"


def offered(**labels: str) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class EveryField(FlaskForm):
    name = StringField("Name", [InputRequired(), Length(max=80)], description="What to call you")
    mobile = StringField("Mobile", [InputRequired(MOBILE_NEEDED)])
    price = StringField("Price", [InputRequired()])
    hours = StringField("Hours of work", [InputRequired()])
    about = TextAreaField("Tell about it", description="Who made it? Of what?")
    on = DateField("Day", [InputRequired("Choose the day")])
    at = TimeField("From")
    sheet = FileField("Sheet")
    segment = SelectField("Segment", choices=offered(artesanato="Crafts", mandioca="Cassava"))
    delivery = RadioField(
        "How do you want to get it?",
        [InputRequired("Choose one")],
        choices=offered(fair="Collect at the fair", home="At home"),
    )
    ways = SelectMultipleField("How to get it", choices=offered(fair="Fair", home="Home"))
    agrees = BooleanField("I agree", [InputRequired("Say that you agree")])
    photo = FileField("Take a photo")


class Shown(NamedTuple):
    """A product as the macro takes it."""

    name: str
    stock: str = ""
    left: int = 0
    segment: str = "artesanato"
    category: str = "cestaria"
    unit: str = ""
    price_from: bool = False
    price_cents: int = 8600
    parts: tuple[int, ...] = tuple(PARTS)
    enterprise: str = "Mãos do Cuieiras"
    url: str = "/p"
    picture: str | None = None


def gallery() -> Flask:
    """Make a house with a page of all macros; its argument ``words`` stands wherever it can."""
    house = create_app("config.Testing")
    house.add_url_rule("/galeria", endpoint="gallery", view_func=show, allow=anyone)
    return house


def show() -> str:
    words = request.args.get("words", "Cesto de arumã")
    form = EveryField(MultiDict(ANSWERS), meta={"csrf": False})
    form.validate()
    group = {"name": words, "url": "/e", "segment": "mandioca", "what": words, "place": words}
    return render_template_string(
        PAGE.read_text(encoding="utf-8"),
        words=words,
        form=form,
        parts=PARTS,
        months=MONTHS,
        sales=SALES,
        on=date(2026, 12, 5),
        page=Page([], 3, 9, 200, 24),
        enterprise=group,
        drawn=group | {"id": 7, "segment": "artesanato"},
        products=[
            *(Shown(words, "last", 3, segment=code, category="") for code in SEGMENTS),
            Shown("By the kilo", "sold_out", price_from=True, unit="kg"),
        ],
    )
