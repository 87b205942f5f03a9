"""The course as data: Parquet and CSV at full resolution, and its facts as JSON.

Column names carry the units. A value that is not known is empty, never a zero. Numbers are written
with as many digits as it takes to read the same float again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from cisterna.report.source import Facts, Reading

__all__ = ["facts_text", "table_of", "unit_of", "values_table", "write_csv", "write_facts", "write_parquet"]

_UNITS = (
    ("_mcg_per_ml", "mcg/mL"),
    ("_ng_per_ml", "ng/mL"),
    ("_mcg_per_h", "mcg/h"),
    ("_ml", "mL"),
    ("minutes", "min"),
    ("hours", "h"),
    ("_percent", "%"),
    ("_ratio", "1"),
    ("_index", "1"),
)
_TONE = re.compile(r"(\w+_)?tone_(legs|arms)")


def unit_of(column: str) -> str:
    """The unit that the name of a column carries.

    >>> unit_of("csf_T10_mcg_per_ml"), unit_of("tone_legs"), unit_of("tolerance")
    ('mcg/mL', 'Ashworth score, 1 to 5', '1')
    """
    if _TONE.match(column):
        return "Ashworth score, 1 to 5"
    return next((unit for ending, unit in _UNITS if column.endswith(ending)), "1")


def table_of(reading: Reading) -> Any:
    """The course as an Arrow table: ``at_utc`` and every column, with units and facts as metadata."""
    at = pa.array(reading.times_us, type=pa.timestamp("us", tz="UTC"))
    fields = [pa.field("at_utc", at.type, nullable=False, metadata={"unit": "UTC"})]
    fields += [pa.field(name, pa.float64(), metadata={"unit": unit_of(name)}) for name in reading.columns]
    values = [pa.array(column, type=pa.float64(), from_pandas=True) for column in reading.columns.values()]
    schema = pa.schema(fields, metadata={"cisterna_facts": _json(reading)})
    return pa.Table.from_arrays([at, *values], schema=schema)


def values_table(values: Mapping[str, Any], facts: Facts) -> Any:
    """Columns as an Arrow table, with the unit that each name carries and the facts as metadata."""
    columns = [pa.array(column, from_pandas=True) for column in values.values()]
    fields = [
        pa.field(name, column.type, metadata={"unit": unit_of(name)})
        for name, column in zip(values, columns, strict=True)
    ]
    return pa.Table.from_arrays(
        columns, schema=pa.schema(fields, metadata={"cisterna_facts": facts_text(facts)})
    )


def facts_text(facts: Facts) -> str:
    """Facts as JSON; a number is never written that is none."""
    return json.dumps(facts, ensure_ascii=False, allow_nan=False, indent=1)


def write_parquet(reading: Reading, path: Path) -> None:
    """Write ``course.parquet``; the metadata of the file hold the facts, those of a column its unit."""
    pa.parquet.write_table(table_of(reading), path, compression="zstd")


def write_csv(reading: Reading, path: Path) -> None:
    """Write ``course.csv``; a number read back is the same float, an empty cell is not known."""
    pa.csv.write_csv(table_of(reading).replace_schema_metadata(None), path)


def write_facts(reading: Reading, path: Path) -> None:
    """Write ``facts.json``."""
    path.write_text(_json(reading) + "\n", encoding="utf-8")


def _json(reading: Reading) -> str:
    return facts_text(reading.facts)
