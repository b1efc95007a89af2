"""The pages of finance: the provider's account, what waits for a person, and payouts."""
