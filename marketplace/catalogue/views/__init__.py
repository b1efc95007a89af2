"""The doors of the catalogue: the producer's pages, and the staff's; a file per noun."""
