"""Doors of the fairs for programs."""
