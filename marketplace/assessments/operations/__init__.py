"""What happens to an assessment."""
