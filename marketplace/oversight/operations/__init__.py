"""What is done about complaints, minutes, the council's questions and the audit."""
