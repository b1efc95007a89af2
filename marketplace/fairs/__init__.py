"""Solidarity-economy fairs: the calendar, their days, and which enterprise shows where."""
