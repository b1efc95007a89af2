"""What can be done with people, their roles and the places; a file per noun."""
