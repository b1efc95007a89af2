"""What a person is told, where, and in which language."""
