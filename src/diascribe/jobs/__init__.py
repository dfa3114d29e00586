"""Durable jobs: submitted, worked on stage by stage, never lost."""
