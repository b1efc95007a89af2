"""Pages that show what somebody was told."""

from marketplace.core.readings import shows

shows("person", {"notifications.show_to_pass_on": "user_id"})
