"""Questions asked of the payments and of the books; nothing here writes."""
