"""What people write in an assessment."""
