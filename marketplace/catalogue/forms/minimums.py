"""What the law calls a product."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.catalogue.queries.legal import NOT_STATED
from marketplace.catalogue.queries.minimums import Goods

BETWEEN = "|"


class TieForm(FlaskForm):
    goods = SelectField(_("What the law calls it"), default="")

    def offer(self, known: Iterable[Goods]) -> None:
        choices = [SelectChoice("", gettext("None of these"))]
        for subject, region in known:
            place = gettext("region not told") if region == NOT_STATED else region
            shown = f"{subject} · {place}" if place else subject
            choices.append(SelectChoice(BETWEEN.join((subject, region)), shown))
        self.goods.choices = choices

    def chosen(self) -> Goods | None:
        subject, _between, region = (self.goods.data or "").partition(BETWEEN)
        return (subject, region) if subject else None
