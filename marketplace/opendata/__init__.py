"""Open accounts and open data: what everybody may know, and no more than that."""
