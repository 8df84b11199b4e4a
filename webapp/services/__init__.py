"""Writes: keyword-only functions named <noun>_<verb>, for pages, REST and admin alike."""
