"""Developer tools. Nothing in here is imported by the product."""
