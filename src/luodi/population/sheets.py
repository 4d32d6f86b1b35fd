"""The child process that parses workbooks: `python sheets.py FOLDER MEMORY MAX_SHEETS FILE...`.

A script that imports nothing of ours, so that it starts quickly. Writes one Parquet file of text
per sheet, and one line per workbook to FOLDER/answers.jsonl; a workbook without a line is the one
that the process did not survive.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.parquet as pq

# As luodi.population.cells.NUMERIC.
NUMERIC = "\x01"
# Whole numbers of this many digits no longer fit what a workbook can hold exactly.
_LONG = re.compile(r"\d{15,}(?:\.0*)?|\d(?:\.\d+)?[eE]\+?\d+", re.ASCII)


def main(folder: Path, memory: int, max_sheets: int, files: list[Path]) -> None:
    _limit_memory(memory)
    with (folder / "answers.jsonl").open("w", encoding="utf-8") as answers:
        for index, file in enumerate(files):
            answer = _read(file, folder, index, max_sheets)
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


def _read(file: Path, folder: Path, index: int, max_sheets: int) -> dict[str, Any]:
    try:
        workbook = fastexcel.read_excel(file)
        names = workbook.sheet_names
        if len(names) > max_sheets:
            return {"problem": [f"有 {len(names)} 张工作表，超过 {max_sheets}", "请拆成几个文件"]}
        sheets = []
        for number, name in enumerate(names):
            table = _text_table(workbook, number)
            path = f"{index}-{number}.parquet"
            pq.write_table(table, folder / path, compression="zstd")
            sheets.append(
                {"name": name, "table": path, "columns": table.num_columns, "rows": table.num_rows}
            )
    except fastexcel.FastExcelError:
        return {"problem": ["表格文件已损坏，读不出内容", "请用表格软件打开后另存为 .xlsx 再导入"]}
    return {"sheets": sheets}


def _text_table(workbook: fastexcel.ExcelReader, number: int) -> pa.Table:
    sheet = workbook.load_sheet(number, header_row=None, skip_rows=0, dtypes="string")
    batch = sheet.to_arrow()
    columns = [
        _marked(workbook, number, position, column) for position, column in enumerate(batch.columns)
    ]
    return pa.table(columns, names=[f"c{position}" for position in range(len(columns))])


def _marked(
    workbook: fastexcel.ExcelReader, number: int, position: int, column: pa.Array
) -> pa.Array:
    """The column, with long numbers that are no text marked: their digits cannot be trusted."""
    cells = column.to_pylist()
    long = [at for at, cell in enumerate(cells) if cell is not None and _LONG.fullmatch(cell)]
    if not long:
        return column
    # Loaded as a duration, every cell is an error that says what the cell is.
    sheet = workbook.load_sheet(
        number, header_row=None, skip_rows=0, use_columns=[position], dtypes="duration"
    )
    _, errors = sheet.to_arrow_with_errors()
    texts = {
        error.position[0]
        for error in (errors.errors if errors is not None else ())
        if "got 'String(" in error.detail[:60]
    }
    numbers = [at for at in long if at not in texts]
    if not numbers:
        return column
    for at in numbers:
        cells[at] = NUMERIC + cells[at]
    return pa.array(cells, pa.string())


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the checks before and the time limit remain
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        int(sys.argv[2]),
        int(sys.argv[3]),
        [Path(file) for file in sys.argv[4:]],
    )
