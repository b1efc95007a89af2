"""Who watches over the Division: complaints, minutes, the council's questions, the audit."""
