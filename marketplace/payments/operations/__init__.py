"""What can be done with payments, and how the books are written."""
