"""Why guests say it was so, in their own words: aspect → polarity → wordings, one thing a line."""

from collections.abc import Mapping

Reasons = Mapping[str, Mapping[int, tuple[str, ...]]]

CHINESE: Reasons = {
    "wait_time": {
        -1: (
            "[因为|听门口的人说是因为]只开了一半的桌子",
            "说是因为[人手不够|缺人手|店里人手不足]",
            "因为[空桌没人收拾|空桌一直没人收|桌子没人收]",
        ),
        1: ("因为[提前线上取了号|在小程序上先取了号]",),
    },
    "serving_speed": {
        -1: (
            "说是因为[后厨人手不够|后厨缺人|后厨人手不足]",
            "因为[外卖单太多|外卖单先做|先做外卖单]",
            "因为[漏了单|服务员漏单了|单子没打出来]",
        ),
    },
    "waiters_attitude": {
        -1: (
            "可能因为[是新来的|新来的没培训|都是新来的]",
            "大概因为[一个人要看好几桌|一个人管七八桌]",
            "可能因为[快打烊了|到了打烊时间]",
        ),
        1: ("因为[店长一直在前厅|店长亲自在前厅看着]",),
    },
    "delivery_time": {
        -1: (
            "因为[骑手一次带了好几单|骑手同时送好几单]",
            "因为[店里出餐晚|商家出餐晚]",
        ),
    },
    "taste": {
        -1: ("可能因为[换了厨师|换了师傅]", "估计因为[菜放凉了|放了半天凉了]"),
        1: ("因为[现点现做|都是现点现做]", "因为[食材当天到店|用的是当天的食材]"),
    },
    "portion": {-1: ("可能因为[换了小盘子|盘子换小了]",)},
    "value_for_money": {-1: ("因为[刚涨过价|又涨价了|偷偷涨了价]",)},
    "discount": {
        -1: (
            "说是因为[券只能工作日用|券工作日才能用]",
            "因为[活动页没写清楚|活动规则没写清楚]",
        )
    },
    "cleanliness": {-1: ("因为[上一桌没擦干净|上一桌走了没擦]",)},
    "noise": {-1: ("因为[桌子挨得太近|桌距太近]",)},
    "order_accuracy": {-1: ("说是因为[仓库贴错了标签|标签贴错了]",)},
    "logistics": {-1: ("说是因为[仓库爆仓|仓库积压]", "因为[地址填错被退回|被退回去重发]")},
}
ENGLISH: Reasons = {
    "wait_time": {
        -1: (
            "because [half the tables were closed|only half the tables were open]",
            "because they were [short-staffed|understaffed]",
        ),
    },
    "serving_speed": {
        -1: (
            "because [the kitchen was short-staffed|the kitchen was understaffed]",
            "because of [all the delivery orders|the delivery orders]",
        ),
    },
    "waiters_attitude": {
        -1: ("because [one waiter had eight tables|one waiter ran eight tables]",)
    },
}
# How many who judge an aspect say why, where it has reasons.
SAY_WHY = 0.14
