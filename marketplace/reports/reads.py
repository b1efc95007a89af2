"""Pages of the reports that name people: who issued one, or entered a declared total."""

from marketplace.core.readings import shows

shows(
    "person",
    {
        "issued_reports.show": "",
        "declared_totals.show": "",
        "enterprise_reports.show_issued": "",
        "report_schedules.index": "",
    },
)
