"""What reports write."""
