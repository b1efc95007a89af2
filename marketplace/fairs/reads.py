"""Pages of the fairs that show people to those who work for the Division: who minds a till."""

from marketplace.core.readings import shows

shows("person", {"tills.index": "", "tills.create": ""})
