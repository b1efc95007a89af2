"""Questions about baskets, orders and places; nothing here writes."""
