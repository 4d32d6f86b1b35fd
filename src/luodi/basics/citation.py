"""Where a decision comes from: a clause of a document, and the words themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLAUSE = re.compile(r"[A-Z]?(?P<measure>\d+)(?:\.(?P<sentence>\d+))?(?:\.(?P<part>\d+))?")


@dataclass(frozen=True, slots=True)
class Citation:
    """One clause of one document.

    Attributes:
        document: The document number (澄委发〔2020〕13号), or what stands for it.
        clause: Clause id: `A4.3.2` is measure 4, sentence 3, clause 2. A quote may stand twice
            in a document; its clause id does not.
        quote: The words cited, as they stand in the cleaned text.
        span: Their half-open range of characters in the original text, if known.
    """

    document: str
    clause: str
    quote: str = ""
    span: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.span is not None and not 0 <= self.span[0] < self.span[1]:
            raise ValueError(f"{self.document} {self.clause}: empty span {self.span}")

    def __str__(self) -> str:
        """As a letter would cite it: 澄委发〔2020〕13号 第4条第3句第2项.

        A clause id of another shape is printed as it is.
        """
        match = _CLAUSE.fullmatch(self.clause)
        if match is None:
            return f"{self.document} {self.clause}".strip()
        units = zip(("measure", "sentence", "part"), "条句项", strict=True)
        where = "".join(f"第{match[group]}{unit}" for group, unit in units if match[group])
        return f"{self.document} {where}".strip()
