"""What can be done in the catalogue, by the noun it is done to."""
