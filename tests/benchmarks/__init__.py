"""Figures of `make bench`: each module prints a table of things timed side by side in one run."""
