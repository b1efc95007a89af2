"""What is for sale: lists to pick from, products, price versions, stock."""
