"""What other systems call: the REST API under /api/v1."""
