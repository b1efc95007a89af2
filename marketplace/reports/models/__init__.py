"""What reports keep: the ones that were issued."""
