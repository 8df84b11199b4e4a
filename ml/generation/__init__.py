"""New portraits of a consenting person, made out of photos of that person."""
