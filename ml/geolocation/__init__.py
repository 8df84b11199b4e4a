"""Where a photo was taken: clues, what each says over the cells of the Earth, and their sum."""
