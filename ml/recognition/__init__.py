"""Who a face may be: embeddings and what is computed from them."""
