"""How long what was asked for of the reports is kept."""

from marketplace.core.retention import keep
from marketplace.reports.models.exports import SalesExport
from marketplace.reports.operations.exports import forget

KEPT_DAYS = 7

keep(
    SalesExport,
    SalesExport.asked_at,
    KEPT_DAYS,
    why="sheets of every line of sale that somebody asked for, and their files",
    source="LGPD art. 15, I: a week to take it away; it can be made anew",
    end=forget,
)
