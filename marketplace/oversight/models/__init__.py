"""What those who watch over the Division told, asked and decided."""
