"""Documents made of rows, to be handed on: signed, so that a change shows."""
