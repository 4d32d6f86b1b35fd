"""The rule language: reads like SQL's WHERE, typed, three-valued, exact; knows no benefit."""

from luodi.rules.parser import parse
from luodi.rules.tree import Expr
from luodi.rules.types import Constant, Definition, Fact, Kind, Place, Scope, Stored, Type, Value

__all__ = [
    "Constant",
    "Definition",
    "Expr",
    "Fact",
    "Kind",
    "Place",
    "Scope",
    "Stored",
    "Type",
    "Value",
    "parse",
]
