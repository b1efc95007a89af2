"""Figures of the house, each beside its floor: what the bare tools need for the same."""
