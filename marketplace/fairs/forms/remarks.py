"""What is typed of what visitors say."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.core.fields import LineField
from marketplace.fairs.operations.remarks import LONGEST


class RemarkForm(FlaskForm):
    words = LineField(
        _("What the visitor said"),
        most=LONGEST,
        description=_("No names: neither the visitor's nor anybody else's"),
    )
