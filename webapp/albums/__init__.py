"""An album as one ZIP file: what a photo brings, under which names, and the table of all faces."""
