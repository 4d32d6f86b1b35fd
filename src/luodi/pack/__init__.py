"""Reads and checks a folder that a clerk can edit: one notice made executable.

pack = load(Path("packs/jiangyin-2020-13"))
problems = check(pack)
"""

from luodi.pack.check import CHECKS, check, counts
from luodi.pack.figures import Event, Figure, Indicator, Parameter
from luodi.pack.golden import Expected, GoldenCase, GoldenRecord, given_figure, stored_value
from luodi.pack.load import load
from luodi.pack.measure import (
    Assessable,
    Benefit,
    Broadcast,
    Certificate,
    Change,
    Directory,
    Instrument,
    Measure,
    Monitor,
    Once,
    Override,
    Payer,
    Procedure,
    Quote,
    Reading,
    Standard,
    Task,
    Validity,
)
from luodi.pack.model import Pack
from luodi.pack.place import Area, Place, Unit
from luodi.pack.register import Column, Register, RegisterFact

__all__ = [
    "CHECKS", "Area", "Assessable", "Benefit", "Broadcast", "Certificate", "Change", "Column",
    "Directory", "Event", "Expected", "Figure", "GoldenCase", "GoldenRecord", "Indicator",
    "Instrument", "Measure", "Monitor", "Once", "Override", "Pack", "Parameter", "Payer", "Place",
    "Procedure", "Quote", "Reading", "Register", "RegisterFact", "Standard", "Synthetic", "Task",
    "Unit", "Validity", "check", "counts", "given_figure", "load", "stored_value",
]  # fmt: skip
