"""Figures of merit: plain functions of arrays. Most take weights, so that a bootstrap over people
is the same call with other weights."""
