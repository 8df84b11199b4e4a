"""Evidence on whether a photo, and a face on it, is what it claims to be; never a verdict."""
