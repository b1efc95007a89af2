"""Questions about complaints, minutes, the council and the audit; nothing here writes."""
