"""One-to-one matching of the largest sum: which speaker of one side is which of the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def match(values: NDArray[np.floating]) -> list[tuple[int, int]]:
    """The pairs (row, column) with the largest sum of `values` (row, column), sorted by row.

    No row and no column is in two pairs, and the fewer of them are all paired. The Hungarian
    method by shortest augmenting paths (Jonker and Volgenant 1987, Computing 38), O(n^2 m)
    for n <= m; SciPy has it too, but nothing else here needs SciPy.

    >>> match(np.array([[5.0, 4.0], [4.0, 1.0]]))
    [(0, 1), (1, 0)]
    """
    if values.shape[0] > values.shape[1]:
        return sorted((row, column) for column, row in match(values.T))
    search = _Search(-np.asarray(values, np.float64))
    for row in range(values.shape[0]):
        search.place(row)
    return sorted((int(row), int(place)) for place, row in enumerate(search.owners) if row >= 0)


class _Search:
    """A cheapest matching of the rows placed so far, and the prices that prove it cheapest."""

    def __init__(self, costs: NDArray[np.float64]) -> None:
        rows, columns = costs.shape
        self._costs = costs
        self._row_prices = np.zeros(rows)
        self._column_prices = np.zeros(columns)
        self.owners = np.full(columns, -1)
        """The row of each column; -1 while it has none."""

    def place(self, row: int) -> None:
        """Match one more row, moving others along the cheapest path to a free column."""
        columns = len(self.owners)
        distance, previous = np.full(columns, np.inf), np.full(columns, -1)
        reached = np.zeros(columns, bool)
        asking, through, travelled = row, -1, 0.0
        while True:
            step = self._costs[asking] - self._row_prices[asking] - self._column_prices
            nearer = ~reached & (travelled + step < distance)
            distance[nearer], previous[nearer] = (travelled + step)[nearer], through
            through = int(np.where(reached, np.inf, distance).argmin())
            travelled = float(distance[through])
            if self.owners[through] < 0:
                break
            reached[through] = True
            asking = self.owners[through]
        self._row_prices[row] += travelled
        spared = travelled - distance[reached]
        self._row_prices[self.owners[reached]] += spared
        self._column_prices[reached] -= spared
        self._move(row, through, previous)

    def _move(self, row: int, free: int, previous: NDArray[np.intp]) -> None:
        """Shift the owners along the path that ends at the free column."""
        while previous[free] >= 0:
            self.owners[free] = self.owners[previous[free]]
            free = previous[free]
        self.owners[free] = row
