"""Reasons that no 因为 announces: 服务差，叫了三次没人理 · 等了一小时，菜都凉了 · 太慢了，估计是新来的."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from peakend.text.collection.cause_words import LOOKED_AT, Construction, Told

_EDGE = re.compile(r"[，,。！!？?；;～~…#\n]+|\.(?!\d)|(?:但是?|不过|可是|就是|而且|\bbut\b)")
_LONGEST = 60  # characters of a clause that says one thing
_SHORTEST = 2
_NEAR = 2  # clauses between a cause and what came of it
# Praise, hopes, other times and one more complaint beside it explain no blame.
_NO_REASON = re.compile(
    r"上一?次|以前|之前|提前|早送|也|其他|别的|还有|再次|其次|另外|"
    r"好吃|不错|很好|挺好|还行|可以|喜欢|满意|热情|给力|新鲜(?<!不新鲜)|便宜|很快|挺快|希望|建议|"
    r"如果|要是|否则|不然|不知道|难道|什么时候|才怪|算了|差评|投诉|"
    r"\b(?:good|great|nice|fine|ok|okay|love|liked|friendly|hope|if|unless)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"^(?:我)?(?:可能|估计|大概|也许|貌似|好像|应该(?=是)|怀疑|想必|八成|多半)是?(?P<why>.+)|"
    r"^(?:maybe|perhaps|probably|apparently|presumably|it seems(?: that)?|i guess|i suspect)\s+(?P<en>.+)",
    re.IGNORECASE,
)
# What is to come, and taste that differs between people, is no reason of what happened.
_NO_GUESS = re.compile(
    r"似的|一样|还是[得要去]|不会|再也|以后|下次|会员|习惯|每个?人|个人|因人而异|众口|\b(?:again|next time|not for me|just me)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Blame of one sort, and facts that are why: whoever names both means the one by the other."""

    blame: re.Pattern[str]
    fact: re.Pattern[str]
    construction: Construction


def _kind(construction: Construction, blame: str, fact: str) -> Kind:
    return Kind(re.compile(blame, re.IGNORECASE), re.compile(fact, re.IGNORECASE), construction)


# Words of general blame and the facts that are reasons for them. The facts alone say what is wrong;
# what people call it ('差', '难吃') is the judgement.
_FACTS = (
    _kind(
        Construction.GROUND,
        r"难吃|不好吃|味道?.{0,4}(?:差|不好|不行|一般|怪|惨|烂|失望)|口[味感].{0,4}(?:差|不好|不行|一般|怪|烂)|"
        r"难以下咽|没法吃|吃不下|难喝|不好喝|咽不下|"
        r"\b(?:food|dish|meal|taste)\w*\b.{0,20}\b(?:bad|awful|terrible|disgusting|disappointing|poor)\b|\btasted (?:bad|awful|terrible)",
        r"(?<![不没])[太过偏又很特巨死超]{1,2}(?:于)?[咸淡甜酸苦辣麻油腻腥硬干柴老生软烂稀糊膻齁]|"
        r"(?:咸|油|辣|甜|酸|硬|腻)(?:得|的)?(?:要死|不行|发[苦齁]|要命)|"
        r"(?:没有?|未|(?<![别很太])不)(?:怎么|完全)?(?:煮|炒|烤|蒸|炸)?熟(?![悉练人])|夹生|半生不熟|没(?:有)?(?:放|加)[盐油糖酱调]|"
        r"没(?:有)?(?:什么|啥|一点|任何)?(?:味道|味儿|咸味|香味)|(?:一股|股|有)[^，]{0,4}[怪腥臭馊酸油膻糊]味|"
        r"咬不动|嚼不动|全是肥|都是肥|(?:坨|糊|焦|馊|化)了|变味|发酸|发霉|不新鲜|"
        r"\b(?:raw|undercooked|overcooked|burnt|burned|stale|soggy|(?:too|so|very) (?:salty|sweet|bland|greasy|oily|dry|spicy|sour|tough)|bland|tasteless|cold inside)\b",
    ),
    _kind(
        Construction.GROUND,
        r"(?:服务|态度|客服|店员|服务员|前台|管家).{0,6}(?:差|不好|不行|恶劣|烂|糟|渣|无语|失望|冷淡)|"
        r"\b(?:service|staff|waiter|waitress|server|reception)\b.{0,20}\b(?:bad|awful|terrible|poor|rude|worst)\b",
        r"没人(?:理|管|来|接|应)|不理|爱[搭答]不理|爱理不理|翻白眼|黑着?脸|板着脸|挂(?:了)?(?:我)?电话|[吼骂凶瞪]|不接电话|"
        r"(?:叫|喊|问|说|打)了?(?:好?几|[两二三四五六七八九十\d]+)[次遍声个]|爱答不理|不耐烦|推[来卸诿]|没有?道歉|连(?:句|个)(?:道歉|解释|对不起)|"
        r"不(?:肯|给|让|帮)(?:换|退|送|拿|开|处理|解决)|"
        r"\b(?:ignored|nobody came|no one came|rolled (?:his|her|their) eyes|shouted|yelled|hung up|never apologi[sz]ed|no apology|refused)\b",
    ),
    _kind(
        Construction.GROUND,
        r"(?:量|份量|分量|肉|菜|料)[^，]{0,4}(?:少|小)|吃不饱|没吃饱|不够吃|不值|坑|太少|太贵|\b(?:overpriced|rip-?off|not worth|portions? (?:was|were|is|are) (?:tiny|small))\b",
        r"(?:就|只|才|仅)(?:有|给|放|够)?了?(?:那么|这么)?[一二两三四五六七八九十几半\d]+[片块个根粒颗只口勺条袋份克]|"
        r"[\d一二两三四五六七八九十几]+(?:块|元|块钱|元钱)[^，]{0,6}(?:就|只|才)[^，]{1,10}|(?:全|都|净)是[^，]{1,8}(?:菜|汤|骨头|土豆|米饭|粉|水|皮)|"
        r"\b(?:only|just) (?:one|two|three|four|five|\d+) \w+",
    ),
    _kind(
        Construction.GROUND,
        r"包装.{0,5}(?:差|不好|不行|简单|简陋|烂|渣|随便|不严|太)|盒子?.{0,3}(?:差|不好|烂)|\bpackag\w+\b.{0,20}\b(?:bad|poor|terrible|flimsy)\b",
        r"漏(?:得|出|满|汤|油)|(?:洒|撒|溢|流|破|裂|碎|压扁|压坏|压烂|变形|散开|散架|进水)(?:了|得|的|出|满)|没(?:有)?(?:盖|封|密封|扎)[^，]{0,3}|"
        r"\b(?:leak(?:ed|ing)|spill(?:ed|t)|crushed|broken|torn|soaked)\b",
    ),
    _kind(
        Construction.GROUND,
        r"卫生.{0,5}(?:差|不好|不行|堪忧|问题|太)|不卫生|不干净|太脏|很脏|恶心|\b(?:dirty|filthy|unhygienic|disgusting)\b",
        r"(?:头发|毛发|虫|苍蝇|蟑螂|老鼠|钢丝|塑料[片丝块]|异物|沙子|泥|指甲|烟头|创可贴|污渍|发霉|蚊子)|拉肚子|"
        r"\b(?:hairs?|bugs?|insects?|cockroach(?:es)?|mou?ld|stains?|flies|plastic in)\b",
    ),
    _kind(
        Construction.GROUND,
        r"环境.{0,5}(?:差|不好|不行|一般|太)|房间.{0,5}(?:差|不好|不行)|隔音.{0,3}差|\b(?:room|place|atmosphere)\b.{0,20}\b(?:bad|awful|terrible|poor)\b",
        r"(?:漏水|发霉|霉味|烟味|异味|臭味|下水道|油烟|吵得|很吵|太吵|施工|[在刚]装修|装修味|掉漆|破旧|闷热|没有?窗|没有?空调|空调(?:坏|不))|听得?(?:一清二楚|见隔壁)|"
        r"\b(?:mou?ld|damp|smell(?:ed|s|y)?|noisy|leak(?:ed|ing)|no windows?|construction|stuffy)\b",
    ),
)  # fmt: skip
_LATE = (
    r"等了[^，]{0,6}(?:分钟|小时|钟头|半天|久|点)|(?:晚|迟)(?:了|到)[^，]{0,8}(?:分钟|小时|钟头)|(?:分钟|小时|钟头|点)[^，]{0,6}才[送到来]|"
    r"送[^，]{0,5}(?:太|很|真|好|超|超级|特别|实在|有点)?[慢晚](?:了|死)?|配送[^，]{0,6}[慢晚久]|[送用等]了[^，]{0,5}(?:分钟|小时|钟头)|"
    r"\bwaited (?:for )?(?:an|over|almost|about|nearly|\d+)[^,]{0,16}(?:hours?|minutes?|mins?)|\b(?:hours?|minutes) late\b|\bdelivery (?:was )?(?:so |too |very )?(?:slow|late)"
)
# First what happened, then what came of it. Here the fact is the earlier clause.
_CAUSED = (
    _kind(
        Construction.OUTCOME,
        r"(?:都|全|已经?|早|也|饭|菜|汤|面|粥|饼|肉|有点|成了?)(?:就)?(?:都|全)?(?:是)?(?:冰)?(?:凉|冷|坨|泡烂|泡软|软|硬)(?:了|掉|的|透|成)|都(?:凉|冷|坨|烂|塌|糊)|没有?(?:一点)?(?:余温|热气|热乎)|"
        r"饿(?:死|坏|晕|得|过)|没(?:了|有)?胃口|化(?:了|成水)|迟到|耽误|错过|"
        r"\b(?:was|were|had gone|gone|arrived|is|all|stone) (?:stone |ice |already )?cold\b|\bsoggy\b|\bmelted\b|\bstarving\b|\bmissed (?:my|our|the)\b",
        _LATE,
    ),
    _kind(
        Construction.OUTCOME,
        r"[太很真好超][慢久]|等了?[^，]{0,6}(?:分钟|小时|半天|久)|上菜慢|没人(?:理|管|来|应)|忙不过来|顾不上|\b(?:slow|waited|took (?:forever|ages|an hour))\b",
        r"(?:只有|就|才)[^，]{0,3}[一两二三1-3]个?(?:服务员|店员|人|收银|窗口|师傅|柜台|前台|厨师)|人手(?:不够|不足|少|太少|紧张)|缺人手?|"
        r"\b(?:only (?:one|two|1|2) (?:waiter|waitress|server|cashier|person|people|window|counter)s?|short[- ]?staffed|under[- ]?staffed)\b",
    ),
    _kind(
        Construction.OUTCOME,
        r"拉肚子|肚子(?:疼|痛|不舒服)|腹泻|食物中毒|吐了|上吐下泻|\b(?:sick|food poisoning|stomach ?ache|threw up)\b",
        r"不新鲜|没(?:有)?(?:煮|烤|炒)?熟|馊|变质|过期|发霉|臭|\b(?:raw|undercooked|expired|stale|off)\b",
    ),
)  # fmt: skip
# Facts that a judgement names itself, beside those above.
_COLD = re.compile(
    r"(?:都|全|已经?|是|早就?)(?:是|都)?(?:冰|完全|全)?(?:凉|冷|坨|塌|糊|泡烂|泡软|化)(?:透)?[了的掉]+|"
    r"(?:凉|冷)透了|没(?:有)?(?:一点)?(?:余温|热气)|\b(?:stone|ice|already|all) cold\b|\bsoggy\b|\bmelted\b",
    re.IGNORECASE,
)
_NAMED = (*(kind.fact for kind in _FACTS), _COLD)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in code points, end excluded, and the sentence it stands in."""

    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Grounded:
    """Words that say why; the blame that they explain stands from ``first`` to ``last``."""

    told: Told
    first: int
    last: int


def unsaid_why(text: str, blamed: Sequence[tuple[int, int]]) -> tuple[Grounded, ...]:
    """Every place that says why one of the ``blamed`` spans is blamed, without saying 'because'.

    The kinds are few and sure: a general word of blame beside the fact that is why, a delay and
    what came of it, and what the customer supposes.
    """
    head = text[:LOOKED_AT]
    clauses = list(_clauses(head))
    held = [any(first < one.end and one.start < last for first, last in blamed) for one in clauses]
    found: dict[tuple[int, int], Grounded] = {}
    for place, one in enumerate(clauses):
        if not held[place]:
            continue
        for blame, other, construction in (
            *_facts(head, clauses, place),
            *_causes(head, clauses, place),
            *_guesses(head, clauses, place),
        ):
            start, end = _without_marks(head, *other)
            if _SHORTEST <= end - start <= _LONGEST:
                told = Told(start, end, start, construction)
                found.setdefault((one.start, start), Grounded(told, *blame))
                break
    return tuple(found.values())


def named_within(text: str, start: int, end: int) -> Told | None:
    """The fact that words of blame name themselves: 凉皮太油 blames the taste because it is 太油."""
    for fact in _NAMED:
        found = fact.search(text, start, min(end, LOOKED_AT))
        if found and found.end() - found.start() >= _SHORTEST:
            return Told(found.start(), found.end(), found.start(), Construction.NAMED)
    return None


Span = tuple[int, int]
Explains = Iterator[tuple[Span, Span, Construction]]  # the blame, and what explains it


def _facts(text: str, clauses: Sequence[Clause], place: int) -> Explains:
    """The clause after, or else before, that says what is wrong with what is called bad."""
    one = clauses[place]
    for kind in _FACTS:
        blame = kind.blame.search(text, one.start, one.end)
        if blame is None or kind.fact.search(text, one.start, one.end):
            continue
        for other in (place + 1, place - 1):
            words = _beside(text, clauses, place, other)
            if words and kind.fact.search(words) and not kind.blame.search(words):
                yield blame.span(), (clauses[other].start, clauses[other].end), kind.construction


def _causes(text: str, clauses: Sequence[Clause], place: int) -> Explains:
    """What happened before and led to it."""
    one = clauses[place]
    for kind in _CAUSED:
        blame = kind.blame.search(text, one.start, one.end)
        if blame is None or kind.fact.search(text, one.start, one.end):
            continue
        for other in clauses[max(0, place - 1 - _NEAR) : place][::-1]:
            words = text[other.start : other.end]
            near = one.sentence - other.sentence <= 1
            if near and kind.fact.search(words) and not _NO_REASON.search(words):
                yield blame.span(), (other.start, other.end), kind.construction


def _guesses(text: str, clauses: Sequence[Clause], place: int) -> Explains:
    """What the customer supposes right after the blame."""
    words = _beside(text, clauses, place, place + 1)
    guess = _SUPPOSED.search(words) if words else None
    if guess and not _NO_GUESS.search(words):
        start, end = guess.span("why" if guess["why"] else "en")
        at = clauses[place + 1].start
        one = clauses[place]
        yield (one.start, one.end), (at + start, at + end), Construction.SUPPOSED


def _beside(text: str, clauses: Sequence[Clause], place: int, other: int) -> str:
    """The words of a neighbour in the same sentence; nothing where it can explain nothing."""
    if not 0 <= other < len(clauses) or clauses[other].sentence != clauses[place].sentence:
        return ""
    words = text[clauses[other].start : clauses[other].end]
    return "" if len(words) > _LONGEST or _NO_REASON.search(words) else words


def _without_marks(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _clauses(text: str) -> Iterator[Clause]:
    edges = [(0, 0), *((one.start(), one.end()) for one in _EDGE.finditer(text)), (len(text),) * 2]
    sentence = 0
    for (first, start), (end, _) in pairwise(edges):
        if any(mark in "。！!？?\n." for mark in text[first:start]):
            sentence += 1
        if end > start:
            yield Clause(start, end, sentence)
