"""Commands that fit constants to labelled data, try variants, and print what cards tell."""
