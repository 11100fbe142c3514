"""Fakes of HTTP carriers that misbehave on order: `far_end.py` plays, each carrier's file says only its own shapes."""
