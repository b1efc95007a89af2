"""Principles of fair and solidarity trade: what a group says of itself, and what was checked."""
