"""Findings become bytes and come back as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.engine.keeping.records import dump, load
from diascribe.errors import FindingError
from diascribe.span import Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leaf:
    vectors: NDArray[np.float32]
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tree:
    leaves: Sequence[Leaf]
    spans: tuple[Span, ...]
    kind: Literal["old", "young"] = "old"
    counts: Mapping[str, int] = field(default_factory=dict)
    pair: tuple[int, float] = (1, 2.0)


def a_tree() -> Tree:
    vectors = np.arange(6, dtype=np.float32).reshape(2, 3)
    return Tree(
        leaves=[Leaf(vectors=vectors), Leaf(vectors=vectors[:0], name="empty")],
        spans=(Span(0.1, 0.30000000000000004), Span(1, 2)),
        kind="young",
        counts={"ä": 3},
        pair=(7, 1e-300),
    )


def test_a_record_comes_back_as_it_was() -> None:
    tree = a_tree()

    again = load(dump(tree), Tree)

    assert [leaf.name for leaf in again.leaves] == [None, "empty"]
    for leaf, before in zip(again.leaves, tree.leaves, strict=True):
        assert leaf.vectors.dtype == before.vectors.dtype
        np.testing.assert_array_equal(leaf.vectors, before.vectors)
    assert (again.spans, again.kind) == (tree.spans, tree.kind)
    assert (again.counts, again.pair) == (tree.counts, tree.pair)


def test_the_same_value_gives_the_same_bytes() -> None:
    assert dump(a_tree()) == dump(a_tree())


def test_damaged_bytes_are_refused() -> None:
    whole = dump(a_tree())

    for damaged in (b"", b"PK", whole[: len(whole) // 2], whole[:-30]):
        with pytest.raises(FindingError, match="wanted a record of Tree"):
            load(damaged, Tree)


def test_a_record_of_another_type_is_refused() -> None:
    with pytest.raises(FindingError, match="wanted a record of Leaf"):
        load(dump(a_tree()), Leaf)


def test_values_of_a_wrong_type_are_refused() -> None:
    with pytest.raises(FindingError, match="wanted str, got int"):
        load(dump({"vectors": np.zeros(1), "name": 3}), Leaf)


def test_what_is_no_data_is_not_kept() -> None:
    with pytest.raises(TypeError, match="wanted data, got object"):
        dump([object()])


def test_keys_that_are_no_texts_are_not_kept() -> None:
    with pytest.raises(TypeError, match="wanted a text as key, got int"):
        dump({1: "one"})


def test_a_whole_number_is_read_where_a_fraction_is_wanted() -> None:
    assert load(dump([1, 2]), list[float]) == [1.0, 2.0]
