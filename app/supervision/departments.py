"""The departments that a case can be handed over to (domain.md §10); pure."""

from enum import StrEnum


class Department(StrEnum):
    """Whose matter a case may be; the code is the area of that department's staff."""

    ENFORCEMENT = "d-law"  # 综合行政执法局
    BUILDING = "d-build"  # 住建局
    POLICE = "d-police"  # 公安局
    WATER = "d-water"  # 水利局
    FARMING = "d-farm"  # 农业农村局
    TRAFFIC = "d-road"  # 交通运输局
    LAND = "d-land"  # 自然资源和规划局
    MARKET = "d-market"  # 市场监管局
    HEALTH = "d-health"  # 卫健局
    PORT = "d-port"  # 海事、港航
    PARK = "d-park"  # 园区管委会


class HandOverState(StrEnum):
    """How far a hand-over is."""

    OPEN = "open"
    RECEIVED = "received"
    ANSWERED = "answered"
    RETURNED = "returned"
    CALLED_BACK = "called_back"


WAITS = (HandOverState.OPEN, HandOverState.RECEIVED)
"""States in which the department still owes something."""
