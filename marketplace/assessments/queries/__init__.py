"""Questions asked of the assessments; nothing here writes."""
