"""Questions about a face, a photo or an album, and answers with a type, a source and a measure."""
