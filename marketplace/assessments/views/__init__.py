"""Pages of the assessments: the group's, the staff's."""
