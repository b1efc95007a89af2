"""The doors of the payments: days of the provider's account, and what waits for a person."""
