"""Faces as solid shapes: their surface, its texture, files of them, several views made one."""
