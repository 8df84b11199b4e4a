"""Protection: what a photo gives away taken out of it."""
