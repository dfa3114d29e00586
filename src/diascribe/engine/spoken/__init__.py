"""How written words are spoken: numbers and symbols as words, language by language."""
