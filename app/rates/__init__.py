"""The five rates 五率, in this order everywhere (domain.md §3); one file each."""

from app.rates import arrival, closure, penalty, reply, satisfaction
from app.rates.definition import Rate

RATES: tuple[Rate, ...] = (
    arrival.RATE, reply.RATE, closure.RATE, penalty.RATE, satisfaction.RATE,
)  # fmt: skip
BY_KEY: dict[str, Rate] = {rate.key: rate for rate in RATES}
