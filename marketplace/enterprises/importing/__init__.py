"""Enterprises from a spreadsheet and back: columns, what a file would do, the file to take away."""
