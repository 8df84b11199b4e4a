"""Makes photos that recognisers do not match, and proves how far that goes."""
