"""What the open data is called, and what each of its columns means."""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _

from marketplace.opendata.datasets import CORRECTIONS, SALES


class Label(NamedTuple):
    name: Any
    what: Any


DATASETS = {
    "catalogue": Label(
        _("Open data of the solidarity economy"),
        _("What solidarity enterprises sold, month by month, for anybody to check and to use."),
    ),
    SALES: Label(
        _("Sales by month"),
        _("What holds of each month: in all, by segment, zone, way of selling and part of price."),
    ),
    CORRECTIONS: Label(
        _("Corrections"),
        _("Each sum that was told otherwise after publication: before and after."),
    ),
}
MEANINGS = {
    "month": _("Year and month of the sales, in the municipality's time."),
    "revision": _("1 as first published; one more for each correction."),
    "measure": _("What the sum is of: total, segment, zone, channel (way of selling) or part."),
    "code": _("Which one. For parts of open prices, composed is what was sold at such prices."),
    "centavos": _("The sum in centavos of real; empty where it is hidden."),
    "status": _("shown or hidden. A hidden sum is not zero: it would tell what one group sold."),
    "invented": _("true where sales of the demonstration are counted."),
    "published_at": _("When it was published, in universal time (UTC)."),
    "before": _("The sum before, in centavos; empty where it was hidden."),
    "after": _("The sum now, in centavos; empty where it is hidden."),
}
