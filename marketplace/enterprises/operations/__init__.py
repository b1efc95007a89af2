"""Verbs of the enterprises, one file per noun."""
