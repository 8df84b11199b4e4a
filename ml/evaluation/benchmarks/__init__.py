"""One file a benchmark; importing it registers it."""
