"""Reads labelled data in the layouts it is published in."""
