"""Where goods are collected, baskets, orders, and the facts of each sale."""
