from __future__ import annotations

from typing import Any

import pytest

from .engines import Engine, on_spark


@pytest.fixture(scope="session")
def spark_engine(spark: Any) -> Engine:
    return on_spark(spark)
