"""Pages that name people: who worked on a batch of a group, who read an act."""

from marketplace.core.readings import shows

shows("enterprise", {"price_sheets.edit": "", "price_sheets.update": ""})
shows("enterprise", {"hours.index": "", "hours.create": ""})
shows("person", {"legal_tables.show": "", "legal_tables.create_check": ""})
