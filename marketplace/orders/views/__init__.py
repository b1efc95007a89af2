"""The doors of the orders: the basket, the buyer's pages, the panel's, the Division's."""
