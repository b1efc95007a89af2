"""What can be done with baskets, orders and the places where goods change hands."""
