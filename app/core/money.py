"""Money in fen (分): integers only; rounding happens once, half up."""

from decimal import ROUND_HALF_UP, Decimal

UPPER = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
SECTIONS = ("", "万", "亿")


def fen(amount: Decimal) -> int:
    """Round an exact amount in fen half up to a whole number of fen."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def yuan(fen_amount: int) -> str:
    """Write fen as yuan with two decimals and thousands groups: 575000 → '5,750.00'."""
    return f"{Decimal(fen_amount) / 100:,.2f}"


def _section(value: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + UPPER[digit] + UNITS[place]
        gap = digit == 0 if digit or words else False
    return words


def capitals(fen_amount: int) -> str:
    """Write fen in financial capitals (大写金额): 11500000 → '壹拾壹万伍仟元整'."""
    whole, rest = divmod(fen_amount, 100)
    words = ""
    for index in range(2, -1, -1):
        part = whole // 10000**index % 10000
        if part:
            zero = "零" if words and part < 1000 else ""
            words += zero + _section(part) + SECTIONS[index]
    words = (words or UPPER[0]) + "元"
    jiao, last = divmod(rest, 10)
    if not rest:
        return words + "整"
    words += (UPPER[jiao] + "角") if jiao else "零"
    return words + (UPPER[last] + "分" if last else "整")
