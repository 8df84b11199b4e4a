"""Starting an installation, keeping it alive, and saying whether it is."""
