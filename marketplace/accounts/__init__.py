"""People, how they log in, what they may do, and the places and Divisions they belong to."""
