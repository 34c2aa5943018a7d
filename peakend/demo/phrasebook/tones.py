"""How people talk on each channel: what they begin and end with, and how clauses are joined."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Tone:
    """Openers, closers and joints of one channel; '' means nothing."""

    openers: tuple[str, ...]
    joints: tuple[str, ...]
    closers: tuple[str, ...]


TONES: Mapping[str, Tone] = {
    "dianping": Tone(
        (
            "",
            "",
            "{company}来的，",
            "{when}{company}过来吃饭，",
            "第二次来了。",
            "朋友介绍来的，",
            "{when}来的。",
            "住附近，",
            "逛街路过，",
            "冲着{dish}来的。",
        ),
        ("。", "，", "。", "；"),
        ("。", "。", "！", "，先写到这。", "。供大家参考。"),
    ),
    "xiaohongshu": Tone(
        (
            "姐妹们，",
            "来交作业了～",
            "探店记录｜",
            "{when}打卡禾野，",
            "被种草来的，",
            "碎碎念一下，",
            "",
        ),
        ("，", "～", "！", "，"),
        ("✨", " #探店 #周末去哪吃", "～", "！", " #禾野", "😋", " #真实测评"),
    ),
    "delivery": Tone(
        ("", "", "", "点了{dish}，", "加班点的，"), ("，", "。", "，"), ("", "。", "", "！")
    ),
    "miniprogram": Tone(
        ("", "", "刚吃完，", "{when}到店，", "会员，"), ("，", "。"), ("", "。", "。")
    ),
    "hotline": Tone(
        (
            "顾客：你好，我{when}在你们店里吃的饭，",
            "顾客：喂，我想反映一下，{when}的事，",
            "顾客：你好，我要说个事，",
            "顾客：我是你们会员，{when}去的，",
        ),
        ("，", "，", "。"),
        (
            "。坐席：好的，我记录下来，转给门店。",
            "。坐席：非常抱歉，我马上反馈。",
            "。坐席：收到，请问怎么称呼您？",
            "。坐席：好的，稍后给您回电。",
        ),
    ),
    "survey": Tone(("", "", "", "", "主要是"), ("，", "，", "。"), ("", "", "。")),
    "shop": Tone(
        ("", "", "收到了，", "第三次买了，", "给妈妈买的，", "活动时买的，"),
        ("，", "。"),
        ("", "。", "！"),
    ),
}

# Before the first clause of the other polarity, by that polarity.
TURNS = {-1: ("但是", "就是", "不过", "可惜"), 1: ("但是", "不过", "还好", "好在")}

ENGLISH_OPENERS = (
    "",
    "",
    "Came here {company}. ",
    "Second visit. ",
    "We ate here {company}. ",
    "Just finished dinner. ",
)
ENGLISH_CLOSERS = (".", ".", "!", ". Thanks.")
ENGLISH_TURNS = ("but ", "however, ")
