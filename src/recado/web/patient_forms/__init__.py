"""Forms as staff write and send them, and what came back."""
