"""Names the dangers to life that a text says are happening, feared or over.

A danger counts when a thing and what happens to it stand close together in one sentence ("燃气" … "泄漏"), unless the
words around say that it is over or only asked about. Rules are authored from general knowledge of emergency calls.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger that the text names: which one, the words, and whether it is only feared."""

    name: str
    words: str
    feared: bool


@dataclass(frozen=True, slots=True)
class _Near:
    """Two alternations (regular expressions) with at most `gap` characters of one sentence between them."""

    first: str
    second: str
    gap: int = 10

    @property
    def pattern(self) -> str:
        return rf"(?:{self.first})[^。！？!?\n]{{0,{self.gap}}}?(?:{self.second})"


_RULES: Mapping[str, tuple[str | _Near, ...]] = {
    "gas": (
        _Near("燃气|煤气|天然气|液化气|瓦斯|沼气|管道气", "泄漏|泄露|漏气|漏了|在漏|爆炸|爆燃|很浓的?味|味道?很|一股味|刺鼻|嗤嗤|嘶嘶|中毒"),
        _Near("闻到|闻着|闻见|有股|一股|很浓|浓烈", "煤气味|燃气味|天然气味|液化气味|瓦斯味|臭鸡蛋味", gap=8),
        "一氧化碳",
        "煤气中毒|燃气中毒",
    ),
    "fire": (
        "着火|起火|失火|火灾|着起火|烧起来|燃起来|火光|起明火|冒明火|火势|发生火警",
        _Near("冒|起|滚滚", "浓烟|黑烟|火苗|火花", gap=4),
        _Near("电线|电表|插座|配电箱|变压器|电动车|电瓶车|线路|电箱|充电桩", "冒烟|冒火|打火|火花|爆炸|自燃|起火|烧焦|烧糊", gap=8),
        "爆炸|要炸了|炸开|炸了一|炸伤|炸裂",
    ),
    "electric": (
        "触电|电死|电到人|被电|漏电|带电的水",
        _Near("电线|电缆|高压线|电线杆|线缆", "掉|垂|断|落|裸露|脱落|倒|泡在|拖地|耷拉|外露|挂在地|破皮", gap=10),
    ),
    "trapped": (
        _Near("困在|被困|困住|卡在|关在|锁在|出不来|埋在|压在|夹在", "电梯|楼里|车里|屋里|水里|洪水|房顶|山上|井|洞|家里|下面|废墟|里面|房间", gap=8),
        _Near("电梯|洪水|山上|屋顶|河中|车里|井下|家里|房间|里面", "困人|被困|困住|出不来|关在里面|困了", gap=12),
        "困人|有人被困|人被困|里还有人|里面还有人|里面有人",
        _Near("卡在|夹在|夹住|卡住", "出不来|拔不出|动不了|下不来", gap=12),
        _Near("迷路|驴友|登山|爬山", "受伤|天黑|失去|下不来|被困|没电", gap=14),
    ),
    "water": (
        "溺水|落水|掉进河|掉进水|掉河里|跌入河|掉到河|淹死|淹水里|快淹|被冲走|冲走了|掉进.{0,4}[塘井沟池]|掉下水",
        _Near("水|洪水|积水|河水|水库", "没过|漫进|漫过|决堤|溃坝|管涌|倒灌|涨到|进屋|进家|齐腰|灌进", gap=8),
        _Near("大坝|堤坝|河堤|堤防|水库", "裂|渗|管涌|决口|垮|溃|塌", gap=8),
    ),
    "collapse": (
        "垮塌|坍塌|倒塌|塌方|塌陷|塌了|滑坡|泥石流|山体开裂|落石|山洪|崩塌|地陷",
        _Near("房|屋|墙|楼|棚|桥|围挡|脚手架|塔吊|广告牌|护栏|树|路灯杆|天花板|阳台|外墙|边坡|堡坎|架子", "要倒|快倒|要塌|快塌|随时.{0,6}[倒塌掉垮]|摇摇欲坠|歪了?要|倾斜|砸到|砸伤|砸中|砸下|砸死|压住", gap=12),
        _Near("瓷砖|墙皮|玻璃|广告牌|空调外机|石头|花盆|外墙|水泥块|吊臂|钢管", "掉下|坠落|脱落|往下掉|砸|掉落|滚落", gap=10),
        "高空抛物|高空坠物",
        _Near("山|坡|崖|墙|楼板|桥|路面|地面|大坝", "裂开|大缝|裂缝.{0,4}大|大裂", gap=6),
        _Near("石头|石块|巨石|泥土", "滚|往下|砸|滑", gap=6),
    ),
    "pit": (
        _Near("井盖|窨井|下水井|电缆井|检查井|沟盖板", "丢|没了|不见|缺失|缺了|没盖|敞|破损|碎|塌|掉|翻|塌陷|被偷|松动|没有", gap=10),
        _Near("掉进|摔进|跌入|掉到|踩空|跌进|落入", "井|坑|沟|洞", gap=6),
        "深坑没|大坑没有.{0,6}(?:警示|围挡)",
    ),
    "violence": (
        "满脸是血|满身是血|浑身是血|打老婆|打妻子|打媳妇|打老人|打孩子|打父母|打小孩|家暴|持刀|拿刀|砍人|砍伤|捅|打死|往死里打|殴打|打人|被打|打伤|围殴|绑架|非法拘禁|限制人身自由|强奸|性侵|猥亵|虐待|拐卖|人贩子|抢劫|行凶|被关起来",
        _Near("锁在|关在|扣在|软禁|控制在", "不让|出不|走不|离开", gap=12),
        _Near("拿着|提着|举着|挥舞", "刀|斧|棍|枪", gap=5),
        "校园欺凌|霸凌",
    ),
    "medical": (
        "昏迷|晕倒|昏倒|心脏骤停|没有呼吸|没呼吸|呼吸困难|喘不上气|大出血|抽搐|休克|不省人事|生命危险|抢救|有生命|救护车|急救|命悬一线|心梗|脑梗发作|快不行了|危在旦夕|断药|透析.{0,8}(?:停|断|做不了)|呼吸机|氧气.{0,4}(?:没|断|用完)|血流不止",
        _Near("人|老人|孩子|小孩|男子|女子|学生|工人", "倒在|躺在.{0,8}不动|摔下|坠落|坠楼|不动了|没反应|叫不醒|没有意识", gap=8),
    ),
    "poison": (
        "食物中毒|集体中毒|中毒|农药.{0,4}喝|喝了?.{0,3}农药|有毒气体|毒气",
        _Near("吃|喝|就餐|食堂|聚餐|饭|水", "上吐下泻|呕吐.{0,6}(?:多|名|个)|集体.{0,4}(?:吐|泻|腹泻)|拉肚子.{0,6}(?:多|名|住院)|腹泻.{0,6}住院", gap=16),
        _Near("化工|氨|氯|苯|硫化氢|油罐车|槽车|危化品|化学品|气罐|甲醇|盐酸|硫酸|农药|刺激性气体", "泄漏|泄露|漏|侧翻|倾倒|刺鼻|流|晕", gap=12),
    ),
    "missing": (
        "走失|走丢|失联|失踪|离家出走|找不到人了|不见了孩子|联系不上.{0,6}(?:老人|孩子|母亲|父亲|奶奶|爷爷)",
        _Near("孩子|老人|小孩|奶奶|爷爷|父亲|母亲|女儿|儿子|学生|孙子|孙女", "不见了|没回家|找不到|丢了|一夜未归|没有回来|没回来", gap=12),
    ),
    "traffic": (
        "车祸|撞人|撞伤|撞死|车毁人亡|连环相撞|侧翻|被车撞|撞倒|轧伤|翻车",
        _Near("车|客车|校车|大巴", "起火|着火|翻|坠|刹车失灵|冲下|冲进", gap=8),
    ),
    "injury": (_Near("有|致|几|两|三|一", "重伤|死亡|伤亡|身亡", gap=8),),
    "sign": (
        "救命(?!钱|药|稻草)|救火|叫不醒|喊不醒|不省人事|没了呼吸|没有心跳|头破血流|血流|流了很多血|吐血|咯血|鲜血|口吐白沫|翻白眼|不知死活|生死不明|奄奄一息|命在旦夕|"
        "危及生命|有生命危险|会死人|要出人命|出人命|死了人|死人了|尸体|浮尸|摔死|压死|砸死|烧死|毒死|冻死|饿死|撞死|电死|淹死|打死|"
        "一起死|去死|不活了|安眠药|百草枯|敌敌畏|老鼠药|灌药|割脉|烧炭|卧轨|投河|投江|投湖|跳湖|跳海|跳崖|坐在楼顶|站在楼顶|楼顶边|楼顶上.{0,4}人|护栏外|天台上|"
        "塌下来|垮下来|掉下来|砸下来|倒下来|滑下来|冲下来|滚下来|埋了|埋住|埋在|压住|掩埋|冲空|掏空|悬空|溃口|冰面|掉下去|滑进|卷走|卷进|绞进|绞断|轧断|"
        "一碰就麻|麻手|麻了一下|电晕|电倒|电击|火花|火苗|明火|烧着|引燃|点燃|点火|点着|浓烟|焦糊味|烧焦味|糊味|泄压|炸药|雷管|爆竹仓库|私藏.{0,4}(?:炸药|枪)|"
        "救护|心脏病|脑溢血|脑出血|脑梗|哮喘发作|癫痫|过敏性休克|中风|噎住|窒息|呛住|卡喉|烫伤|烧伤|骨头断|断了药|断药|停药|抢不到药|没有胰岛素|难产|羊水破|早产|"
        "被绑|被拐|被抢|被劫|被砍|被捅|被刺|被掐|掐脖子|勒脖子|毒打|暴打|群殴|打得.{0,6}(?:伤|血|晕)|家里打|往死里|酒后打|砸门|踹门|破门|泼硫酸|寄.{0,4}刀片|"
        "喝醉.{0,6}开车|逆行.{0,4}高速|刹不住|失控|坠崖|坠河|翻到|翻进|掉进|栽进|撞上|追尾.{0,6}(?:伤|困)|"
        "毒蛇|疯狗|狂犬|狗追|被咬|咬破|黑熊|"
        "走丢|找不着人|不知去向|下落不明|音讯全无|失去联系|拐走|被人带走|没有回来|没回家",
    ),
    "near_people": (
        _Near("房梁|房顶|屋顶|瓦片|楼板|滚石|巨石|吊篮|吊车|脚手架|桥面|路面", "断了|砸|掉|塌|摔|下沉|陷", gap=10),
        _Near("电梯", "掉到|坠到|坠落|急坠|往下掉|冲顶", gap=8),
        _Near("火|烧荒|烟花|爆竹|汽油", "油罐|加油站|仓库|烧到|冒烟|液化气", gap=14),
        _Near("油罐|加油站|仓库|厂房", "烧荒|冒烟|火|炸", gap=16),
        _Near("轨道|铁轨|铁路|高速|马路中间|护栏外|楼顶|悬崖", "一个人|小孩|孩子|小朋友|躺|站着|走", gap=10),
        _Near("小孩|孩子|小朋友|老人|一个人|有人", "轨道上|铁轨上|高速上|楼顶|悬崖|变电箱|变压器|伸进去", gap=12),
        _Near("水闸|闸门|堤|河水|洪水", "坏了|往村|灌|漫|关不上", gap=10),
        _Near("斧头|砍刀|菜刀|刀|枪|铁棍", "杀|砍|砸.{0,4}门|追|威胁", gap=14),
        _Near("限制|骗到|骗进|扣押|收走", "自由|窝点|传销|手机|身份证|厂里", gap=8),
        _Near("吃了|喝了|聚餐|宴", "挂水|住院|中毒|吐", gap=18),
        "杀我|杀全家|杀人|要我命",
    ),
    "lost": (_Near("老人|老年|痴呆|孩子|小孩|儿子|女儿|爷爷|奶奶|我妈|我爸|母亲|父亲|老伴|孙子|孙女|病人|学生|妹妹|弟弟", "找不到|没找到|没找着|没回|不见|失踪|走了没|联系不上", gap=18),),
    "soaked": (
        _Near("电箱|插座|电表|配电|电源|线路|电缆|充电桩", "泡|淹|进水|水里|积水|挖断|挖破|烧|麻", gap=10),
        _Near("积水|涵洞|隧道|地下室|地库|车库|低洼", "淹|没顶|齐腰|齐胸|被困|有人|熄火", gap=10),
    ),
    "gas_leak": (
        _Near("燃气|煤气|天然气|液化气|气罐|气瓶|软管|气管", "破了|断了|老化漏|裂|松了|味|滋滋|没关|倒了|挖", gap=12),
        "漏氨|漏氯|漏气|漏毒|毒气|刺鼻.{0,8}(?:头晕|恶心|呕吐|流泪|睁不开)|睁不开眼|眼睛睁不开",
    ),
    "open_pit": (_Near("井|坑|沟|洞|竖井|化粪池|井口", "敞|没有盖|没盖|没有?围|没有?遮|没有?警示|掉进|掉下|陷|塌", gap=12),),
    "sick": (
        _Near("老人|孩子|小孩|学生|孕妇|工人|病人|婴儿|大爷|大妈|奶奶|爷爷|人", "晕|倒地|倒下|抽搐|发作|没反应|没有反应|不动了|起不来|高烧不退|呼吸", gap=14),
        _Near("吃|喝|饭|奶|食堂|餐", "全班|集体|多名|好几个|几十[人个名]|拉肚子住院|上吐|呕吐", gap=16),
    ),
    "freezing": (_Near("冻|饿|断粮|没吃的|没有吃的|没饭吃|断炊", "死|昏|晕|几天|两天|三天|晕倒|快不行", gap=8), "露宿.{0,10}(?:零下|寒|冻)"),
    "animal": (_Near("狗|犬|野猪|蛇|马蜂|胡蜂|蜂窝|猛犬", "咬|伤人|扑人|追着|攻击|蜇", gap=16),),
}  # fmt: skip
_OVER = re.compile(
    "已(?:经)?(?:扑灭|修好|排除|解决|恢复|处理好|救出|得救|痊愈|控制住)|去年.{0,12}(?:火灾|车祸|溺水|坍塌)|(?:多年前|以前|之前|曾经).{0,10}(?:火灾|着火|车祸|溺水|坍塌)|"
    "(?:告诫书|保护令|讲座|课程|科普|宣传|演练|培训|知识|保险|报警器|险种|预案|演习|课程|安全教育|小说|电影|剧本|补贴标准|赔偿标准|认定标准|鉴定标准)"
)
_FEARED = re.compile(
    "万一|如果|假如|一旦|容易(?:引发|造成|导致|发生)|可能会?(?:引发|造成|导致|发生)|担心|害怕|以免|避免|防止|预防|杜绝|建议|以防|怕(?:哪天|以后)"
)
_ENDS = "。！？!?\n；;"


def dangers(text: str) -> tuple[Danger, ...]:
    """The dangers that a text says are happening or feared, one for each kind; those that are over are left out.

    >>> [one.name for one in dangers("楼道着火了，快来人")]
    ['fire']
    """
    found: dict[str, Danger] = {}
    for name, pattern in _possible(text):
        known = found.get(name)
        if known and not known.feared:
            continue
        for hit in pattern.finditer(text):
            start, end = _sentence(text, hit.start(), hit.end())
            if not _OVER.search(text, start, end):
                feared = bool(_FEARED.search(text, start, hit.start()))
                found[name] = Danger(name, hit[0], feared)
                if not feared:
                    break
    return tuple(found.values())


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    opens = max(text.rfind(mark, 0, start) for mark in _ENDS) + 1
    closes = [at for mark in _ENDS if (at := text.find(mark, end)) >= 0]
    return opens, min(closes, default=len(text))


def _starts(alternation: str) -> frozenset[str]:
    """The first characters that the alternatives may have; empty when one does not begin with a plain character."""
    starts, depth, opening = set(), 0, True
    for char in alternation:
        if opening:
            if not "\u4e00" <= char <= "\u9fff":
                return frozenset()
            starts.add(char)
            opening = False
        depth += (char in "([{") - (char in ")]}")
        opening = opening or (char == "|" and depth == 0)
    return frozenset(starts)


def _possible(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The rules whose two parts can both begin somewhere in the text, by its characters alone."""
    first, second = _ALWAYS
    for char in set(text):
        gates = _GATES.get(char)
        if gates:
            first |= gates[0]
            second |= gates[1]
    both = first & second
    while both:
        lowest = both & -both
        yield _COMPILED[lowest.bit_length() - 1]
        both ^= lowest


def _compiled() -> tuple[
    tuple[tuple[str, re.Pattern[str]], ...], dict[str, tuple[int, int]], tuple[int, int]
]:
    """Rules with their names; character → bits of the rules whose first or second part it may begin; bits of the rest."""
    compiled: list[tuple[str, re.Pattern[str]]] = []
    gates: dict[str, list[int]] = {}
    always = [0, 0]
    for name, rules in _RULES.items():
        for rule in rules:
            bit = 1 << len(compiled)
            parts = (rule.first, rule.second) if isinstance(rule, _Near) else (rule, "")
            for side, part in enumerate(parts):
                starts = _starts(part)
                if not starts:
                    always[side] |= bit
                for char in starts:
                    gates.setdefault(char, [0, 0])[side] |= bit
            compiled.append((name, re.compile(rule.pattern if isinstance(rule, _Near) else rule)))
    return tuple(compiled), {char: (bits[0], bits[1]) for char, bits in gates.items()}, (always[0], always[1])


_COMPILED, _GATES, _ALWAYS = _compiled()
