"""Options of charts as plain JSON: colours and formats are names that the surface resolves."""

from typing import Any

Option = dict[str, Any]
