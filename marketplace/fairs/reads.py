"""Pages of the fairs that show people: who minds a till or shares out a desk, who ordered what."""

from marketplace.core.readings import shows

shows("order", {"fair_lists.show": "", "fair_lists.create_shortage": ""})
shows("person", {"tills.index": "", "tills.create": ""})
shows("person", {"till_lists.show_undone": "", "till_lists.show_returned": ""})
shows("person", {"venues.show": "", "venues.create_visit": ""})
shows("person", {"till_cashiers.index": "", "till_cashiers.create": ""})
shows("person", {"splits.index": "", "splits.create_banking": ""})
shows("person", {"note_counts.index": "", "note_counts.create": ""})
shows("order", {"fair_papers.show_reservations": ""})
