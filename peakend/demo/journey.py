"""The journey of a meal at Heye Kitchen, with what guests need and what should hold."""

from decimal import Decimal
from typing import Any

from peakend.journeys.choices import Comparator
from peakend.journeys.services import StagePlan, TouchpointPlan, draw_journey
from peakend.organization.models import Unit


def draw_dining_journey(units: dict[str, Unit]) -> None:
    """Three stages, nine touchpoints, each with its owner and standard."""
    draw_journey(
        code="dining",
        name="到店用餐",
        name_en="Dining in",
        stages=(
            StagePlan(
                "到店之前",
                "Before the meal",
                (
                    _touchpoint(
                        units, "marketing", ("团购与会员优惠", "Deals and member offers"), ("点评页、小程序", "Review page, mini-program"),
                        ("discount",), 5,
                        behaviour=("比较套餐，领券", "Compares deals, takes a coupon"),
                        need=("看得懂规则", "Rules one can understand"),
                        latent=("不被套路", "Not to be tricked"),
                        met=("还没到店就觉得值", "Feels good value before arriving"),
                        unmet=("到店才知道不能用，未吃先气", "Learns at the door that it does not apply"),
                        effect=("券核销率与首单", "Redemption and first orders"),
                        standard=("优惠规则写在券面", "Terms printed on the coupon"),
                    ),
                    _touchpoint(
                        units, "store_operations", ("找店与停车", "Finding the store, parking"), ("导航、商场", "Maps, mall"),
                        ("easy_to_find", "parking", "traffic"), 12,
                        behaviour=("看导航，停车，找入口", "Follows the map, parks, looks for the door"),
                        need=("一次找到", "Find it at once"),
                        latent=("不误了约好的时间", "Not to be late for friends"),
                        met=("轻松到店", "Arrives relaxed"),
                        unmet=("带着火气进门", "Walks in annoyed"),
                        effect=("到店率", "Show-up rate"),
                        standard=("门店页写明车位与路线", "Spaces and route on the store page"),
                    ),
                    _touchpoint(
                        units, "digital", ("取号排队", "Queuing for a table"), ("门口、小程序", "Door, mini-program"),
                        ("wait_time", "queue_calling", "speed"), 25,
                        behaviour=("取号，等叫号", "Takes a number and waits to be called"),
                        need=("知道还要多久", "To know how long"),
                        latent=("等得有尊严，孩子有事做", "To wait with dignity, something for the kids"),
                        met=("等得安心", "Waits at ease"),
                        unmet=("饿过头，转身去别家", "Too hungry, walks to the next place"),
                        effect=("弃号率，午晚市翻台", "Walk-aways and table turns"),
                        standard=("等位每二十分钟告知一次进度", "Word on progress every twenty minutes"),
                        measure=("event:queue_call", Comparator.AT_MOST, "20", "分钟", "min"),
                    ),
                ),
            ),
            StagePlan(
                "用餐之中",
                "At the table",
                (
                    _touchpoint(
                        units, "store_operations", ("入座与环境", "Seating and surroundings"), ("门店", "Store"),
                        ("decoration", "noise", "space", "cleanliness", "environment"), 10,
                        behaviour=("入座，看环境", "Sits down and looks around"),
                        need=("干净、不挤", "Clean and not cramped"),
                        latent=("值得拍一张", "Worth a picture"),
                        met=("放松下来", "Relaxes"),
                        unmet=("只想快点吃完", "Only wants to be done"),
                        effect=("停留时长与加单", "Length of stay and extra orders"),
                        standard=("翻台三分钟内清洁消毒", "Cleared and disinfected within three minutes"),
                    ),
                    _touchpoint(
                        units, "kitchen", ("上菜", "Serving"), ("门店", "Store"),
                        ("serving_speed",), 20,
                        behaviour=("点单，等菜", "Orders and waits"),
                        need=("首道菜快", "A quick first dish"),
                        latent=("节奏合适", "The right pace"),
                        met=("菜热人欢", "Hot dishes, happy table"),
                        unmet=("反复催菜", "Keeps asking"),
                        effect=("退菜与差评", "Returned dishes and bad reviews"),
                        standard=("首道菜十五分钟内上桌", "First dish within fifteen minutes"),
                    ),
                    _touchpoint(
                        units, "kitchen", ("品尝", "Tasting"), ("门店", "Store"),
                        ("taste", "portion", "look", "recommendation", "food"), 40,
                        behaviour=("吃、拍照、分享", "Eats, takes pictures, shares"),
                        need=("好吃、新鲜", "Tasty and fresh"),
                        latent=("家的味道", "A taste of home"),
                        met=("记住这道菜", "Remembers the dish"),
                        unmet=("没有再来的理由", "No reason to return"),
                        effect=("复购与推荐", "Return visits and referrals"),
                        standard=("每日开餐前试味", "Tasting before every service"),
                        measure=("food", Comparator.AT_LEAST, "4.2", "分", "of 5"),
                    ),
                    _touchpoint(
                        units, "store_operations", ("席间服务", "Service at the table"), ("门店", "Store"),
                        ("waiters_attitude", "proactive_care", "service"), 15,
                        behaviour=("加水、换碟、提要求", "Asks for water, plates, changes"),
                        need=("有人应", "Somebody answers"),
                        latent=("老顾客被记得", "Regulars want to be remembered"),
                        met=("觉得被放在心上", "Feels cared for"),
                        unmet=("会员觉得白办了卡", "Members regret the card"),
                        effect=("会员续费", "Membership renewals"),
                        standard=("三十秒内回应", "An answer within thirty seconds"),
                        measure=("service", Comparator.AT_LEAST, "4.0", "分", "of 5"),
                    ),
                ),
            ),
            StagePlan(
                "离店之后",
                "After the meal",
                (
                    _touchpoint(
                        units, "marketing", ("结账", "Paying the bill"), ("门店", "Store"),
                        ("price_level", "value_for_money"), 5,
                        behaviour=("看账单，用券", "Checks the bill, uses the coupon"),
                        need=("明码标价", "Clear prices"),
                        latent=("花得值", "Money well spent"),
                        met=("痛快付钱", "Pays gladly"),
                        unmet=("算来算去不舒服", "Does sums and frowns"),
                        effect=("客单价与复购", "Spend per visit and return"),
                        standard=("菜单明码标价，无隐形收费", "Every price on the menu, no hidden fees"),
                    ),
                    _touchpoint(
                        units, "customer_care", ("离店回访", "Follow-up"), ("问卷、热线", "Survey, hotline"),
                        ("overall",), 2,
                        behaviour=("回问卷，写点评", "Answers the survey, writes a review"),
                        need=("说了有用", "That it helps"),
                        latent=("有人认真听", "Somebody really listens"),
                        met=("愿意推荐", "Willing to recommend"),
                        unmet=("去公开平台说", "Says it in public"),
                        effect=("推荐与口碑", "Referrals and word of mouth"),
                        standard=("差评一日内回应", "A reply to a bad review within one day"),
                    ),
                ),
            ),
        ),
    )  # fmt: skip


_BILINGUAL = {
    "behaviour": "behaviour",
    "need": "stated_need",
    "latent": "latent_need",
    "met": "reaction_met",
    "unmet": "reaction_unmet",
    "effect": "business_effect",
    "standard": "standard",
}


def _touchpoint(
    units: dict[str, Unit],
    owner: str,
    name: tuple[str, str],
    channel: tuple[str, str],
    codes: tuple[str, ...],
    minutes: int,
    *,
    measure: tuple[str, str, str, str, str] | None = None,
    **words: tuple[str, str],
) -> TouchpointPlan:
    details: dict[str, Any] = {"channel": channel[0], "channel_en": channel[1]}
    for key, (chinese, english) in words.items():
        details[_BILINGUAL[key]] = chinese
        details[f"{_BILINGUAL[key]}_en"] = english
    if measure:
        metric, comparator, value, unit, unit_en = measure
        details |= {
            "standard_metric": metric,
            "standard_comparator": comparator,
            "standard_value": Decimal(value),
            "standard_unit": unit,
            "standard_unit_en": unit_en,
        }
    return TouchpointPlan(
        name=name[0],
        name_en=name[1],
        unit=units[owner],
        codes=codes,
        minutes=Decimal(minutes),
        details=details,
    )
