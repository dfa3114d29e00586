"""How right the words are, their speakers and their times."""
