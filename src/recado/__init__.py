"""Recado: a booked appointment becomes a text on a phone, and the answer changes the calendar."""

__version__ = "0.1.0"
