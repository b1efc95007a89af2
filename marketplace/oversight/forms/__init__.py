"""What is typed on pages of oversight."""
