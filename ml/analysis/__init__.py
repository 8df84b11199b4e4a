"""What a face looks like: where it is, how it is turned, how old it seems, what it shows."""
