"""What the demo's people did about their cases, so that the inbox looks like a Monday morning."""

from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from numpy.random import Generator

from peakend.cases.choices import RootCause, StepKind
from peakend.cases.models import Case, Entry
from peakend.cases.services import Deed, close, take_step
from peakend.cases.transitions import FOLLOWS
from peakend.demo.sentences import Draws
from peakend.loop.case_opened import report_cases

_PATH = (
    StepKind.ACKNOWLEDGED,
    StepKind.FACT_FINDING,
    StepKind.RESPONSIBILITY,
    StepKind.REPLIED,
    StepKind.REMEDIED,
    StepKind.VERIFIED,
)
_NOTES = {
    StepKind.ACKNOWLEDGED: ("已收到，正在了解情况", "先致歉，今天内给回复"),
    StepKind.FACT_FINDING: (
        "核对了当天的排班和点单记录，情况属实",
        "调了监控并问了当班领班，高峰时少一个人",
        "问了后厨和前厅，与顾客说的一致",
        "查了订单和出餐时间，确实超过标准",
    ),
    StepKind.RESPONSIBILITY: ("门店负责", "门店与厨政部共同负责", "前厅当班组负责"),
    StepKind.REPLIED: (
        "电话致歉，说明了原因，顾客表示理解",
        "当面向顾客解释，并约好下次到店当面致歉",
        "通过平台私信回复，顾客接受",
    ),
    StepKind.REMEDIED: (
        "送出一张小吃券，并调整当班安排",
        "按标准退还差价",
        "重新培训当班人员，补上缺的器具",
    ),
    StepKind.VERIFIED: ("回访顾客，表示满意", "顾客确认已解决"),
}
_CAUSES = {
    "wait_time": (RootCause.STAFFING, "晚市少排两人，叫号没人盯"),
    "queue_calling": (RootCause.SYSTEM, "叫号屏断网，没有人工补叫"),
    "serving_speed": (RootCause.PROCESS, "高峰前没有备料"),
    "waiters_attitude": (RootCause.ATTITUDE, "新员工上岗前没有带教"),
    "taste": (RootCause.PRODUCT, "出品没有按标准试味"),
    "cleanliness": (RootCause.PROCESS, "翻台清洁没有按流程做"),
    "delivery_time": (RootCause.SUPPLIER, "骑手高峰期运力不足"),
    "order_accuracy": (RootCause.PROCESS, "打包后没有复核"),
    "packaging": (RootCause.SUPPLIER, "换了供应商的餐盒密封不严"),
    "price_level": (RootCause.INFORMATION, "调价后菜单没有及时更新"),
    "value_for_money": (RootCause.PROMISE, "套餐图片与实物不符"),
    "discount": (RootCause.PROMISE, "优惠规则没有写在券面"),
    "quality": (RootCause.PRODUCT, "到货抽检漏了这一批"),
    "after_sales": (RootCause.PROCESS, "退款需三级审批，太慢"),
}
_OTHERWISE = (RootCause.SKILL, "当班人员不熟悉标准")


@transaction.atomic
def work_cases(seed: int, as_of: datetime) -> None:
    """Take the steps that were taken by ``as_of``; once only, since people go on from there."""
    if Entry.objects.filter(token__startswith="demo-case-").exists():
        return
    rng = np.random.default_rng([seed, 40])
    draws = Draws(rng)
    cases = Case.objects.filter(is_open=True).select_related("owner", "unit").order_by("pk")
    for case in cases:
        _work(case, rng, draws, as_of)
    report_cases()


def _work(case: Case, rng: Generator, draws: Draws, as_of: datetime) -> None:
    """Step after step until today, the end, or where one case in eight is left lying."""
    at, step = case.opened_at, str(case.step)
    left_at = int(rng.integers(len(_PATH))) if rng.random() < 0.12 else len(_PATH)
    for kind in _PATH[:left_at]:
        at = at + timedelta(hours=float(rng.gamma(1.5, 3.0)))
        if at >= as_of or kind not in FOLLOWS[step]:
            return
        token = f"demo-case-{case.pk}-{kind}"
        take_step(case.pk, kind, Deed(case.owner, at, token), draws.pick(_NOTES[kind]), case.unit)
        step = str(kind)
    at = at + timedelta(hours=float(rng.gamma(2.0, 5.0)))
    if left_at == len(_PATH) and at < as_of and StepKind.CLOSED in FOLLOWS[step]:
        cause, note = _CAUSES.get(case.aspect, _OTHERWISE)
        close(case.pk, cause, note, Deed(case.owner, at, f"demo-case-{case.pk}-closed"))
