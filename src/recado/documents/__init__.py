"""Results and other papers behind a checked link."""
