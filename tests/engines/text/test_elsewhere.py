"""Addresses outside of the county are found only where a county, district or county-level city is named in full."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.text.elsewhere import elsewhere


@pytest.mark.parametrize(
    ("text", "name", "confidence"),
    [
        ("我老家四川达州大竹县的房子", "四川省达州市大竹县", 0.98),
        ("湖南省长沙市岳麓区麓谷街道", "湖南省长沙市岳麓区", 0.98),
        ("在北京朝阳区打工", "北京市朝阳区", 0.95),
        ("人在昆山市打工", "江苏省苏州市昆山市", 0.8),
        ("沈阳和平区", "辽宁省沈阳市和平区", 0.95),
        ("海南省文昌市", "海南省文昌市", 0.95),
    ],
)
def test_an_address_has_its_province_and_city(text, name, confidence):
    [one] = elsewhere(text)

    assert (one.name, one.confidence) == (name, confidence)


@pytest.mark.parametrize(
    "text",
    [
        "希望市区道路整治",
        "小区物业欺负人",
        "朝阳路停水",
        "鼓楼区停水",  # four cities have one
        "老城区没有路灯",
        "沿海城市和内地",  # 海城市 is a city
        "梅溪湖区域的规划",  # 溪湖区 is a district
        "沙河市场着火",  # 沙河市 is a city
        "大竹县路12号",
        "四川人、成都的亲戚",
    ],
)
def test_ordinary_words_streets_and_names_that_many_share_are_no_address(text):
    assert elsewhere(text) == ()


def test_an_area_of_the_own_county_is_not_elsewhere():
    assert elsewhere("我住在大竹县", own=["大竹县"]) == ()


@given(st.text("四川省达州市大竹县北京朝阳区海南文昌的在，", max_size=30))
def test_an_address_stands_where_it_says_and_ends_with_the_division(text):
    for one in elsewhere(text):
        assert text[one.start : one.end]
        assert one.name.endswith(text[one.end - 2 : one.end])
        assert len(one.code) == 6
