"""Units, posts, the category tree, other words for the same thing, and the sentences that replies begin with."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.importers import values as cell
from shuzhi.domains.registry.importers.geography import full_code
from shuzhi.domains.registry.importers.loading import KeyedLoader, TreeLoader
from shuzhi.domains.registry.importers.values import RowRefused
from shuzhi.domains.registry.models import Area, Category, Post, ReplyTemplate, Synonyms, Unit
from shuzhi.engines.tabular import Field

_TIERS = {
    "部门": "department",
    "委办局": "department",
    "县区": "county",
    "县区政府": "county",
    "乡镇街道": "town",
    "乡镇": "town",
    "街道": "town",
    "企业": "firm",
    "公共服务企业": "firm",
}
_EVERY_UNIT = "*"
_LEVELS = 3
_SHORTEST_WORD, _LONGEST_WORD = 2, 20  # characters of a synonym


class UnitLoader(TreeLoader):
    model = Unit
    fields = (
        Field("code", ("单位代码", "部门代码", "代码", "编码", "unit_code")),
        Field("name", ("单位名称", "部门名称", "名称")),
        Field("name_en", ("英文名", "英文名称", "english_name")),
        Field("tier", ("类别", "单位类别", "单位类型", "type")),
        Field("area", ("所辖区划", "所属区划", "区划代码", "area_code")),
        Field("parent", ("主管单位", "上级单位", "上级代码", "parent_code")),
        Field("phone", ("电话", "联系电话", "办公电话")),
    )
    required = ("code", "name", "tier")
    topics = (versions.UNITS,)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._areas = frozenset(Area.objects.values_list("code", flat=True))

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        area = {"area": full_code(values.get("area", ""))}
        return {
            "code": cell.code(values, "code", longest=32),
            "name": cell.needed(values, "name", longest=128),
            "name_en": cell.optional(values, "name_en", longest=128),
            "tier": cell.choice(values, "tier", _TIERS),
            "area": cell.known(area, "area", self._areas, required=False),
            "parent": values.get("parent", ""),
            "phone": cell.optional(values, "phone", longest=32),
        }


class PostLoader(KeyedLoader):
    """Posts of units. A unit "*" gives the post to every unit; without a code of its own a post is "unit.role"."""

    model = Post
    fields = (
        Field("code", ("岗位代码", "代码", "编码")),
        Field("unit", ("单位代码", "所属单位", "单位")),
        Field("title", ("岗位名称", "岗位", "名称")),
        Field("title_en", ("英文名", "英文名称", "english_title")),
        Field("role", ("角色", "系统角色")),
        Field("holder", ("现任", "任职人", "姓名")),
    )
    required = ("unit", "title", "role")
    topics = (versions.UNITS,)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._units = list(Unit.objects.order_by("code").values_list("code", flat=True))

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        unit = cell.known(values, "unit", self._units)
        role = cell.code(values, "role", longest=31)
        return {
            "code": cell.code(values, "code", longest=64) if values.get("code") else f"{unit}.{role}",
            "unit": unit,
            "title": cell.needed(values, "title", longest=64),
            "title_en": cell.optional(values, "title_en", longest=64),
            "role": role,
            "holder": cell.optional(values, "holder", longest=64),
        }

    def take(self, values: Mapping[str, str]) -> bool:
        if values["unit"] != _EVERY_UNIT:
            return super().take(values)
        if values.get("code"):
            raise RowRefused("code", _("a post of every unit has no code of its own"))
        rows = [self.read({**values, "unit": unit}) for unit in self._units]
        changed = [self.keep(row) for row in rows]
        return any(changed)


class CategoryLoader(TreeLoader):
    """The tree of categories: two digits more for each level, so that a parent's code begins its children's."""

    model = Category
    fields = (
        Field("code", ("分类代码", "类别代码", "代码", "编码", "category_code")),
        Field("parent", ("上级代码", "上级分类", "父级代码", "parent_code")),
        Field("level", ("级次", "层级", "级别")),
        Field("name", ("名称", "分类名称", "类别名称")),
        Field("name_en", ("英文名", "英文名称", "english_name")),
        Field("keywords", ("关键词", "常用说法", "群众常用说法")),
    )
    required = ("code", "name")
    topics = (versions.WORDS,)

    def place_of(self, values: Mapping[str, str]) -> tuple[str, str]:
        code = values.get("code", "")
        return code, values.get("parent", "") if "parent" in self.present else code[:-2]

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        code, parent = self.place_of(values)
        level = len(code) // 2
        if not re.fullmatch(r"(\d\d){1,3}", code):
            raise RowRefused(
                "code", _("“%(text)s” is not a category code of 2, 4 or 6 digits") % {"text": code}
            )
        if parent != code[:-2]:
            raise RowRefused(
                "parent", _("the code above %(code)s is “%(above)s”") % {"code": code, "above": code[:-2]}
            )
        if values.get("level", "") not in ("", str(level)):
            raise RowRefused("level", _("%(code)s is of level %(level)d") % {"code": code, "level": level})
        return {
            "code": code,
            "parent": parent,
            "level": level,
            "name": cell.needed(values, "name", longest=64),
            "name_en": cell.optional(values, "name_en", longest=128),
            "keywords": cell.words(values, "keywords"),
        }


class TemplateLoader(KeyedLoader):
    model = ReplyTemplate
    fields = (
        Field("code", ("模板代码", "代码", "编码")),
        Field("title", ("模板名称", "名称", "标题")),
        Field("text", ("正文", "内容", "模板内容")),
    )
    required = ("code", "text")
    topics = (versions.WORDS,)

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        return {
            "code": cell.code(values, "code", longest=32),
            "title": cell.optional(values, "title", longest=64),
            "text": cell.needed(values, "text", longest=5000),
        }


class SynonymLoader(KeyedLoader):
    """Groups of words that people use for one thing. A group without words switches off the one that it replaces."""

    model = Synonyms
    fields = (
        Field("code", ("词组代码", "代码", "编码")),
        Field("name", ("规范词", "名称", "标准词")),
        Field("name_en", ("英文名", "英文名称", "english_name")),
        Field("words", ("同义词", "说法", "常用说法", "群众常用说法")),
    )
    required = ("code", "name", "words")
    topics = (versions.WORDS,)

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        words = cell.words(values, "words")
        short = [word for word in words if not _SHORTEST_WORD <= len(word) <= _LONGEST_WORD]
        if short:
            why = _("a word has 2 to 20 characters, “%(word)s” has not; shorter ones stand inside of others")
            raise RowRefused("words", why % {"word": short[0]})
        return {
            "code": cell.code(values, "code", longest=32),
            "name": cell.needed(values, "name", longest=64),
            "name_en": cell.optional(values, "name_en", longest=128),
            "words": words,
        }
