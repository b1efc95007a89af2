"""Baskets, purchases, orders, their hand-over, and the facts of each sale."""
