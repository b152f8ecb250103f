"""Which numbers are provably 0 or more: it spares the rounding a case distinction in every population."""

from collections.abc import Collection

from . import tree as t


def never_negative(tree: t.Tree, positive: Collection[str]) -> bool:
    """Whether a bound tree is 0 or more whenever it is known. positive: columns of which that is known already."""
    match tree:
        case t.Const(value):
            return isinstance(value, int) and value >= 0
        case t.Ref(_, name):
            return name in positive
        case t.Arith("+" | "*", left, right):
            return never_negative(left, positive) and never_negative(right, positive)
        case t.Absolute():
            return True
        case t.Extreme("max", items):
            return any(never_negative(item, positive) for item in items)
        case t.Extreme("min", items):
            return all(never_negative(item, positive) for item in items)
        case t.Case(branches, otherwise):
            values = (*(value for _, value in branches), otherwise)
            return all(never_negative(value, positive) for value in values)
        case t.Round(over, under):
            return never_negative(over, positive) and (under is None or never_negative(under, positive))
        case t.Ladder(_, item, _, _, _, steps):
            return never_negative(item, positive) and all(value >= 0 for _, value in steps or ())
        case _:
            return False
