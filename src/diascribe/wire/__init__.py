"""Requests and results as JSON: the only layer that knows pydantic, save settings and server."""
