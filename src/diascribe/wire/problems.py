"""An error as JSON, the same body wherever the contract is ours."""

from __future__ import annotations

from typing import Any

from diascribe.errors import DiascribeError


def error_body(error: DiascribeError) -> dict[str, Any]:
    """`{"error": {"code", "message", "details"}}`; details hold `problems` and `hint` if any."""
    known = {"problems": list(getattr(error, "problems", ())), "hint": error.hint}
    details = {key: value for key, value in known.items() if value}
    return {"error": {"code": error.code, "message": str(error), "details": details}}
