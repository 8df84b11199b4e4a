"""Measures what the models of this installation can do, on labelled data as people have it."""
