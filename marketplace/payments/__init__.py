"""Payments: what is owed, how it is paid, and to whom."""
