"""Registers as bureaus keep them → a frozen, typed snapshot of persons, households, firms, records.

result = import_registers(pack, [(Path("低保.xlsx"), None)], Path("people"), as_of=day)
snapshot = open_snapshot(Path("people"))
"""

from luodi.population.importing import ImportedList, ImportResult, import_registers
from luodi.population.snapshot import Snapshot, open_snapshot

__all__ = ["ImportResult", "ImportedList", "Snapshot", "import_registers", "open_snapshot"]
