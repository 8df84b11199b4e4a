"""Signs of editing that were tried and left out, one function each: the higher, the likelier."""
