"""The figures themselves: what they stand on, and how they are told."""
