"""The first page of who helps a group shows who bought."""

from marketplace.core.readings import shows

shows("order", {"desks.today": ""})
