"""Pages of a group's goods that name people: who worked on a batch."""

from marketplace.core.readings import shows

shows("enterprise", {"price_sheets.edit": "", "price_sheets.update": ""})
