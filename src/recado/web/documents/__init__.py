"""Documents as staff see them: which were sent to whom, and what became of them; never what is in them."""
