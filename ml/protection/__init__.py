"""Protection: what a photo gives away is taken out of it, and it is proven how far that goes."""
