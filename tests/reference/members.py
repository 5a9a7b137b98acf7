# SPDX-License-Identifier: Apache-2.0
"""Which members of a group may come: found by trying what can come after them."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

REST = -1


class Group(NamedTuple):
    """The conditions of a group: items are numbered, and the rest is REST."""

    can_occur: tuple[bool, ...]  # by item
    required: tuple[bool, ...]  # by item
    num_ordered: int
    has_rest: bool
    low: int
    high: int | None
    clauses: tuple[tuple[tuple[int, ...], int | None], ...]  # (present, then)
    num_keys: int | None = None  # of the rest, which must differ; None: no end of them


class Came(NamedTuple):
    """The members so far."""

    seen: frozenset[int] = frozenset()
    order: int = 0  # ordered items from this one on can still come
    count: int = 0
    num_rest: int = 0  # counted where there is an end of keys


def add(group: Group, came: Came, member: int) -> Came | None:
    """The members with one more; None if it cannot come here."""
    if member == REST:
        num_rest = came.num_rest + (group.num_keys is not None)
        if not group.has_rest or num_rest > (group.num_keys or num_rest):
            return None
        return Came(came.seen, group.num_ordered, came.count + 1, num_rest)
    is_ordered = member < group.num_ordered
    if member in came.seen or not group.can_occur[member] or (is_ordered and member < came.order):
        return None
    order = member + 1 if is_ordered else group.num_ordered
    return Came(came.seen | {member}, order, came.count + 1, came.num_rest)


def is_group(group: Group, came: Came) -> bool:
    """Whether these are all members of some text."""
    return (
        all(i in came.seen for i, required in enumerate(group.required) if required)
        and all(then in came.seen for present, then in group.clauses if came.seen >= {*present})
        and group.low <= came.count
        and (group.high is None or came.count <= group.high)
    )


@cache
def can_be_group(group: Group, came: Came) -> bool:
    """Whether these are the first members of some text."""
    if is_group(group, came):
        return True
    missing = [i for i, r in enumerate(group.required) if r and i not in came.seen]
    is_over = came.count == group.high or any(add(group, came, i) is None for i in missing)
    # The rest, counted no further than the bounds can tell, would be tried for ever.
    items = sorted(range(len(group.required)), key=lambda i: i not in missing)
    members = [*items, *([REST] if came.count < max(group.low, 1) else [])]
    after = (add(group, came, m) for m in members)
    return not is_over and any(a is not None and can_be_group(group, a) for a in after)


def next_members(group: Group, came: Came) -> list[tuple[int, Came]]:
    """The members that can come, each with the members up to it."""
    after = ((m, add(group, came, m)) for m in (*range(len(group.required)), REST))
    return [(m, a) for m, a in after if a is not None and can_be_group(group, a)]


def read_group(reader: Any, nothing: Any, count_keys: Any) -> tuple[Any, ...]:
    """Read a printed group behind its `<members`: the conditions; items, keys, rest, separator.

    A key comes with what follows it and the member that it begins. `count_keys` says how many texts
    keys may be, None if very many.
    """

    def numbers() -> tuple[int, ...]:
        found = []
        while reader.tokens[0][0] == "rule":
            found.append(int(reader.tokens.pop(0)[1]))
        return tuple(found)

    low, high = reader.bounds() if reader.tokens[0][0] == "suffix" else (0, None)
    separator, rest, num_ordered = reader.postfix(), nothing, 0
    keyed: list[tuple[Any, Any, int]] = []
    items: list[tuple[Any, bool]] = []
    clauses = []
    while reader.take(";"):
        if reader.take("*"):
            body = reader.postfix()
            if not reader.take(":"):
                rest = body
                continue
            behind = reader.postfix()
            as_item = reader.tokens[0] == ("rule", "as")
            if as_item:
                reader.tokens.pop(0)
            keyed.append((body, behind, numbers()[0] if as_item else REST))
        elif reader.take(":"):
            present = numbers()
            assert reader.take(":"), reader.tokens
            clauses.append((present, next(iter(numbers()), None)))
        else:
            num_ordered += reader.take("^")
            items.append((reader.postfix(), reader.take("!")))
    assert reader.take(">"), reader.tokens
    if separator == nothing:
        high = 1 if high is None else min(high, 1)
    keyed = [(key, behind, member) for key, behind, member in keyed if nothing not in (key, behind)]
    begun = {member for _, _, member in keyed}
    can_occur = tuple(body != nothing or i in begun for i, (body, _) in enumerate(items))
    required = tuple(is_required for _, is_required in items)
    has_rest = rest != nothing or REST in begun
    num_keys = count_keys([key for key, _, _ in keyed]) if keyed else None
    group = Group(can_occur, required, num_ordered, has_rest, low, high, tuple(clauses), num_keys)
    return group, tuple(body for body, _ in items), tuple(keyed), rest, separator
