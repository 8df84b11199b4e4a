"""Reads: every one starts from visible_to(user), so that nobody sees another's rows."""
