"""When two descriptions are of the same place, and what is special in a company's name."""

import pytest

from app.intake.rules_alike import company, same_place

VILLAGE = ("里天河村", "里天河", "黄坛镇", "黄坛")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("黄坛镇里天河村老桥头", "里天河村，老桥头下面", True),
        ("黄坛镇里天河村老桥头", "里天河村水库边", False),
        ("兴宁中路 88 号", "兴宁中路88号对面", True),
        ("ＸＩＮＧＮＩＮＧ路", "xingning 路口", True),
        ("桥头", "桥头", False),
        ("", "老桥头", False),
        ("里天河村", "黄坛镇里天河村", False),
    ],
)
def test_a_shared_landmark_makes_the_same_place(one, other, same):
    assert same_place(one, other, without=VILLAGE) is same


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("宁海县某某化工有限公司", "某某化工"),
        ("浙江省宁波市宁海 甲乙 股份有限责任公司", "甲乙"),
        ("甲乙", "甲乙"),
        ("有限公司", ""),
        ("甲", ""),
        ("", ""),
    ],
)
def test_a_company_is_known_by_what_is_special_in_its_name(name, short):
    assert company(name) == short
