"""How ml.decode keeps hostile photos in limited processes of their own."""
