"""The roles a column can play, one entry each: how its name is written and what its cells are.

A new role is a new entry here and a converter in :mod:`peakend.voices.rows`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from peakend.voices.dates import looks_like_dates
from peakend.voices.guesses.profile import Profile
from peakend.voices.ratings import WORDS, guess_scale
from peakend.voices.speakers import recognised

# How sure a guess must be before a column gets the role.
ENOUGH = 0.5

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
# Part of a number, as exports that protect their customers have it: thousands share each.
_PART = re.compile(
    r"尾号|后\s*[四4六6三3]\s*位|末\s*[四4六6三3]\s*位|last[\s_-]*(four|4|three|3|six|6)|last[\s_-]*digits|\btail\b",
    re.I,
)
_DIGITS = re.compile(r"\D+")
# Digits of a telephone number anywhere; hidden ones (138****6021) tell nobody apart.
PHONE_DIGITS = range(7, 16)
_LABEL = re.compile(r"label|sentiment|polarity|emotion|标签|情感|极性|正负|topic|theme", re.I)
_LANGUAGES = frozenset(
    "zh en zh-cn zh-hans zh-hant zh-tw ja ko fr de es 中文 英文 chinese english 简体中文".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Role:
    """One meaning of a column.

    ``name`` matches headers; ``fits`` says from 0 to 1 how well the cells fit, given whether the
    header matched. ``many`` roles may be played by several columns of a file.
    """

    code: str
    name: re.Pattern[str]
    fits: Callable[[Profile, bool], float]
    many: bool = False


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


def _text(column: Profile, named: bool) -> float:
    if column.numeric > 0.5 or _LABEL.search(column.name) or looks_like_json(column):
        return 0.0
    if column.lettered < 0.5:
        return 0.0
    if re.search(r"\bid\b|_id$|编号|号$|question|题目|问题$", column.name, re.I):
        return 0.0
    if named:
        return (
            0.95
            if column.mean_length >= 2 and (column.variety > 0.1 or column.distinct > 20)
            else 0.0
        )
    return 0.6 if column.mean_length >= 24 and column.variety >= 0.5 else 0.0


def _id(column: Profile, named: bool) -> float:
    whole = len(column.values) == len(column.cells) and column.variety == 1.0
    return 0.9 if named and whole and not column.counts_rows and column.mean_length < 70 else 0.0


def _time(column: Profile, named: bool) -> float:
    if not looks_like_dates(column.values[:200], 0.8 if named else 0.95):
        return 0.0
    if named:
        return 0.95
    return 0.0 if column.numeric > 0.5 else 0.7


def _rating(column: Profile, named: bool) -> float:
    if _LABEL.search(column.name) or guess_scale(column.name, column.values) is None:
        return 0.0
    if named:
        return 0.9
    worded = sum(value.lower() in WORDS for value in column.values)
    return 0.7 if worded >= 0.9 * len(column.values) and column.distinct > 2 else 0.0


def _few(limit: int) -> Callable[[Profile, bool], float]:
    """Named, and with few different short values: a code rather than a text."""

    def fits(column: Profile, named: bool) -> float:
        if not named or not column.values or column.mean_length > 60 or looks_like_json(column):
            return 0.0
        return (
            0.8
            if column.distinct <= limit and (column.variety < 0.9 or column.distinct < 20)
            else 0.0
        )

    return fits


def _segment(column: Profile, named: bool) -> float:
    return 0.8 if named and column.distinct <= 30 and column.mean_length <= 30 else 0.0


def _language(column: Profile, named: bool) -> float:
    known = sum(value.lower() in _LANGUAGES for value in column.values)
    return 0.9 if named and column.values and known >= 0.8 * len(column.values) else 0.0


def is_part(column: Profile) -> bool:
    """Whether the cells are only a part of an identity, which many people share."""
    return bool(_PART.search(column.name))


def _plausible(column: Profile) -> bool:
    """Whether most cells could be whole telephone numbers."""
    long = sum(
        len(_DIGITS.sub("", value)) in PHONE_DIGITS and "*" not in value for value in column.values
    )
    return bool(column.values) and long > 0.5 * len(column.values)


def _customer(column: Profile, named: bool) -> float:
    if is_part(column):
        return 0.0
    if named and identity_kind(column) == "phone" and not _plausible(column):
        return 0.0
    if identity_kind(column) in {"email", "phone"} and _identity_share(column) > 0.8:
        return 0.9
    # Two people rarely share a number; a column with ten values is a class, not a person.
    return 0.8 if named and column.variety > 0.2 and column.mean_length < 70 else 0.0


def _customer_name(column: Profile, named: bool) -> float:
    return 0.7 if named and column.mean_length < 40 and column.variety > 0.2 else 0.0


def _conversation(column: Profile, named: bool) -> float:
    """Named, and coming back: a conversation has several turns."""
    if not named or not column.values or column.mean_length > 80 or looks_like_json(column):
        return 0.0
    return 0.96 if column.distinct < 0.8 * len(column.values) else 0.0


def _speaker(column: Profile, named: bool) -> float:
    share, kinds = recognised(column.values)
    if share >= 0.9 and {"customer", "staff"} <= kinds | ({"staff"} if "robot" in kinds else set()):
        return 0.97 if named else 0.75
    # Names alone: whoever speaks comes back.
    return 0.6 if named and column.distinct < 0.5 * len(column.values) else 0.0


def _named(_column: Profile, named: bool) -> float:
    return 0.6 if named else 0.0


def _never(_column: Profile, _named: bool) -> float:
    return 0.0


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role("text", _pattern(
            r"评论|评价(?!分|星|等级|时间|日期|人|id)|内容|正文|留言|反馈|意见|建议|原因|吐槽|心得|评语|描述|说明|对话|回答|开放题|"
            r"review(?!er|\s*id|\s*date|\s*time)|comment(?!er)|feedback|\btext\b|verbatim|answer|body|"
            r"message|content|reason|describe|description|transcript|\bwhy\b|improve"), _text, many=True),
        Role("id", _pattern(
            r"^(id|_id|index|uuid|guid|key|编号|序号|单号)$|"
            r"(评论|评价|反馈|工单|答卷|答案|记录|留言|投诉|对话|订单|运单|交易|预订|预约)\s*(id|编号|号|序号)|流水号|"
            r"(comment|review|feedback|response|record|ticket|case|survey|row|answer|message|order|booking)[\s_-]*(id|no|number|key|index)$"),
            _id),
        Role("time", _pattern(
            r"时间|日期|date|time|created|submitted|posted|timestamp|_at$|\bwhen\b"), _time),
        Role("rating", _pattern(
            r"评分|星级|打分|满意度|评级|得分|分数|分值|推荐|满意|星数|总评|"
            r"\bstars?\b|rating|score|\bnps\b|\bcsat\b|\bces\b|recommend|satisf|criticality|\bfft\b|likel"),
            _rating),
        Role("unit", _pattern(
            r"门店|店铺|分店|店名|部门|网点|营业厅|区域|分公司|院区|科室|项目名|楼盘|"
            r"store|branch|shop|unit|location|organi[sz]ation|trust|department|site"), _named),
        Role("brand", _pattern(r"品牌|brand"), _few(300)),
        Role("channel", _pattern(r"渠道|平台|来源|触点|channel|platform|\bsource\b"), _few(60)),
        Role("product", _pattern(
            r"商品|产品|品类|类目|型号|款式|菜品|菜名|sku|种类|类别|分类|"
            r"product|\bitem|(?<!sub)categor|^cat$|\bmodel\b|service[\s_]type"), _few(5000)),
        Role("customer", _pattern(
            r"会员(号|id|编号|卡号)|手机|电话|邮箱|open_?id|union_?id|(用户|客户|顾客|买家|旅客|业主)\s*(id|编号|号|号码|账号)|"
            r"(customer|user|member|client|guest|patient|respondent|account|reviewer|passenger)[\s_-]*(id|no|number|key|code)|"
            r"e-?mail|phone|mobile|^uid$|loyalty"), _customer, many=True),
        Role("customer_name", _pattern(
            r"姓名|昵称|用户名|称呼|(客户|顾客|会员)(姓名|名称)|nick_?name|user_?name|author|reviewer|(customer|member|full)[\s_-]*name"),
            _customer_name),
        Role("segment", _pattern(
            r"会员等级|等级|客群|分群|人群|会员类型|客户类型|客户分类|segment\b|\btier\b|\bpersona\b|customer type|member level"), _segment),
        Role("language", _pattern(r"语言|语种|^lang|language"), _language),
        Role("conversation", _pattern(
            r"会话|对话\s*(id|编号|号|标识)|聊天\s*(id|编号|号)|通话\s*(id|编号|号)|"
            r"session|conversation|dialog|thread|(chat|call)[\s_-]*(id|no|number|key)"), _conversation),
        Role("speaker", _pattern(
            r"发送(者|人|方)|发言(者|人|方)|说话人|角色|身份|来源方|消息方向|"
            r"speaker|sender|\brole\b|author[\s_-]?type|user[\s_-]?type|direction|^from$|participant|\bwho\b|spoken by"),
            _speaker),
        Role("attribute", _pattern(r"(?!)"), _never, many=True),
        Role("ignore", _pattern(r"(?!)"), _never, many=True),
    )
}  # fmt: skip

KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", _pattern(r"e-?mail|邮箱|邮件")),
    ("phone", _pattern(r"phone|mobile|手机|电话|\btel")),
    ("openid", _pattern(r"open_?id")),
    ("unionid", _pattern(r"union_?id")),
    ("member", _pattern(r"member|会员|loyalty|卡号")),
    ("respondent", _pattern(r"respondent|受访|patient")),
    ("customer", _pattern(r"")),
)


def identity_kind(column: Profile) -> str:
    """Which kind of identity a customer column holds: by its cells, else by its name."""
    for kind, form in (("email", _EMAIL), ("phone", _MOBILE)):
        matching = sum(bool(form.fullmatch(value)) for value in column.values)
        if column.values and matching > 0.8 * len(column.values):
            return kind
    return next(kind for kind, pattern in KINDS if pattern.search(column.name))


def _identity_share(column: Profile) -> float:
    matching = sum(
        bool(_EMAIL.fullmatch(value) or _MOBILE.fullmatch(value)) for value in column.values
    )
    return matching / len(column.values) if column.values else 0.0


def looks_like_json(column: Profile) -> bool:
    """Whether the cells are nested data rather than words."""
    return bool(column.values) and sum(v[:1] in "[{" for v in column.values) > 0.8 * len(
        column.values
    )
