"""Read a notice, and remember where each of its sentences stood."""

from luodi.notice.model import (
    Clause,
    Doubt,
    Figure,
    Measure,
    Notice,
    Promise,
    Section,
    Sentence,
    Validity,
)
from luodi.notice.read import read, read_text

__all__ = [
    "Clause",
    "Doubt",
    "Figure",
    "Measure",
    "Notice",
    "Promise",
    "Section",
    "Sentence",
    "Validity",
    "read",
    "read_text",
]
