"""What OpenAI's clients of speech to text expect, below `/openai/v1`."""
