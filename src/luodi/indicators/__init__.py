"""Series as statistics offices publish them → signals that rules read.

series = read_series(Path("cpi.csv"), pack)
series["cpi_yoy"][Month(2020, 2)]
"""

from luodi.indicators.series import Observation, Series, read_series

__all__ = ["Observation", "Series", "read_series"]
