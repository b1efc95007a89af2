"""What fairs are kept as."""
