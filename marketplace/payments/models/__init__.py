"""What is owed and paid, and the books of it."""
