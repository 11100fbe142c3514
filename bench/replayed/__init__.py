"""What `bench.replay` is made of: the world that happens to a product, its carrier, and what must hold."""
