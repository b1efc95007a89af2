"""Pages of the fairs that show people: who minds a till, and who ordered."""

from marketplace.core.readings import shows

shows("order", {"fair_lists.show": ""})
shows("person", {"tills.index": "", "tills.create": ""})
shows("person", {"till_cashiers.index": "", "till_cashiers.create": ""})
