"""What is typed about fairs."""
