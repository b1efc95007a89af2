"""Doors of the accounts: getting in, one's own account, and the staff's pages; a file per noun."""
