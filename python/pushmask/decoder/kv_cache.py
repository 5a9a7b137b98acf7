# SPDX-License-Identifier: Apache-2.0
"""Bookkeeping of the paged key-value cache: who owns which page. No tensors here.

A sequence owns whole pages of `PAGE` positions, in order; its page table is that list. Pages are
taken as a sequence grows and given back when it ends, so sequences of any length share one pool.
"""

from __future__ import annotations

from pushmask.errors import LimitError

PAGE_POSITIONS = 16  # the kernels' page length, kernels.attention.PAGE


class PagePool:
    """The free pages of a cache."""

    def __init__(self, num_pages: int) -> None:
        self.num_pages = num_pages
        self._free = list(range(num_pages - 1, -1, -1))  # popped from the end: lowest first

    @property
    def num_free(self) -> int:
        """Pages that no sequence owns."""
        return len(self._free)

    def take(self, count: int) -> list[int]:
        """Take `count` pages; LimitError, and nothing taken, if there are not as many."""
        if count > len(self._free):
            raise LimitError(
                f"the key-value cache has {len(self._free)} free pages of {self.num_pages}, "
                f"but {count} are needed",
                limit="num_pages",
                bound=self.num_pages,
                reached=self.num_pages - len(self._free) + count,
            )
        return [self._free.pop() for _ in range(count)]

    def give_back(self, pages: list[int]) -> None:
        """Return pages that were taken."""
        self._free.extend(reversed(pages))


class SequencePages:
    """The pages of one sequence and the number of positions written in them.

    Attributes:
        pages: Page ids, in order of position.
        length: Positions written.
    """

    def __init__(self, pool: PagePool) -> None:
        self._pool = pool
        self.pages: list[int] = []
        self.length = 0

    def extend(self, count: int) -> range:
        """Make room for `count` more positions and give them.

        Raises:
            LimitError: the pool has too few free pages; nothing is changed.
        """
        needed = -(-(self.length + count) // PAGE_POSITIONS) - len(self.pages)
        if needed > 0:
            self.pages += self._pool.take(needed)
        start = self.length
        self.length += count
        return range(start, self.length)

    def truncate(self, length: int) -> None:
        """Forget positions from `length` on and give back pages that are left empty."""
        if not 0 <= length <= self.length:
            raise ValueError(f"length {length} is outside 0..{self.length}")
        keep = -(-length // PAGE_POSITIONS)
        self._pool.give_back(self.pages[keep:])
        del self.pages[keep:]
        self.length = length

    def release(self) -> None:
        """Give back all pages."""
        self.truncate(0)
