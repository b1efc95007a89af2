"""Pages of the reports that name people: who issued one."""

from marketplace.core.readings import shows

shows("person", {"issued_reports.show": ""})
