"""Solidarity enterprises: registration, vetting, membership."""
