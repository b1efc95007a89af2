"""Products, their photos, their stock, and how each price is made up."""
