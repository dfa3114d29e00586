"""Whatever says who spoke when or what was said, read as accounts of recordings."""

from diascribe.evaluation.reading.ours import account_of
from diascribe.evaluation.reading.sources import read_accounts
from diascribe.evaluation.reading.uems import read_uem

__all__ = ["account_of", "read_accounts", "read_uem"]
