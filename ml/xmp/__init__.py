"""Who is where on a photo, as other tools write it into XMP: read safely, and written."""
