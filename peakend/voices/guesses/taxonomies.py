"""Which industry a sample of texts speaks of, by the words that give an industry away."""

import re
from collections.abc import Iterable
from itertools import islice

# Words that hardly occur in the other industries; each counts once a text.
WORDS: dict[str, str] = {
    "restaurant": (
        "好吃|难吃|味道|口味|口感|菜品|菜|餐厅|饭店|服务员|上菜|排队|等位|火锅|烧烤|外卖|送餐|骑手|骑士|"
        "套餐|团购|厨师|大众点评|辣|咸|米饭|奶茶|"
        r"\bfood\b|\bmenu\b|\bdish(?:es)?\b|\bwaiter\b|\bwaitress\b|\bdelicious\b|\btasty\b|\brestaurant\b|\bmeals?\b|\bdinner\b"
    ),
    "retail": (
        "质量|物流|快递|发货|包装|客服|退货|换货|正品|尺码|面料|卖家|店家|买家|京东|淘宝|屏幕|电池|手机|电脑|"
        "书|衣服|安装|洗发|苹果|颜色|款式|性价比|收到货|"
        r"\bshipping\b|\bpackag\w+\b|\brefund\w*\b|\bproduct\b|\bquality\b|\bseller\b|\bbattery\b|\bscreen\b|\blaptop\b|\bsize\b"
    ),
    "health": (
        "医生|护士|医院|挂号|就诊|病房|治疗|候诊|检查|开药|住院|门诊|手术|"
        r"\bnurs\w+\b|\bdoctors?\b|\bpatients?\b|\bhospital\b|\bappointments?\b|\bclinic\b|\bgp\b|\btreatment\b|\bward\b"
        r"|\bmedication\b|\bambulance\b|\bsurgery\b|\bconsultant\b|\btherap\w+\b|\bcare\b|\bparamedics?\b|\bstaff\b"
    ),
    "hotel": (
        "酒店|入住|退房|前台|房间|客房|大堂|早餐|隔音|床品|"
        r"\bhotel\b|\bcheck(?:ed)?[- ]?in\b|\brooms?\b|\breception\b|\blobby\b|\bbreakfast\b"
    ),
    "car": (
        "油耗|底盘|发动机|变速箱|方向盘|后备箱|试驾|提车|车机|车漆|悬挂|轮胎|4S店|续航|内饰|"
        r"\bmileage\b|\bengine\b|\bdealership\b|\bgearbox\b|\bsteering\b|\btrunk\b|\btest drive\b"
    ),
    "bank": (
        "银行|信用卡|贷款|转账|柜台|理财|网点|提额|利率|手机银行|还款|"
        r"\bbank\b|\bcredit cards?\b|\bmy card\b|\btransfers?\b|\bloan\b|\bATM\b|\bmortgage\b|\bpin\b"
    ),
    "property": (
        "物业|业主|小区|交房|收房|漏水|保安|电梯|停车位|绿化|开发商|楼道|"
        r"\btenants?\b|\blandlord\b|\bproperty management\b|\bhomeowners?\b|\belevators?\b"
    ),
    "telecom": (
        "流量|话费|宽带|信号|运营商|移动公司|联通|电信|携号转网|套餐外|营业厅|"
        r"\bbroadband\b|\bdata plan\b|\bsim card\b|\bcoverage\b|\bnetwork\b|\bcarrier\b"
    ),
    "airline": (
        "航班|机场|登机|值机|延误|空姐|机长|行李|机票|航空|改签|飞机餐|"
        r"\bflights?\b|\bairline\b|\bboarding\b|\bcabin crew\b|\bluggage\b|\bairport\b|\bdelayed flight\b"
    ),
}  # fmt: skip
PATTERNS = {code: re.compile(words, re.IGNORECASE) for code, words in WORDS.items()}
DEFAULT = "retail"
SAMPLE = 300
# Below this share of texts with any telling word the sample says nothing.
ENOUGH = 0.03


def guess_taxonomy(texts: Iterable[str], known: Iterable[str]) -> str:
    """The industry whose words most texts hold, among the ``known`` taxonomies."""
    sample = [text[:200] for text in islice(filter(None, texts), SAMPLE)]
    available = set(known)
    hits = {
        code: sum(bool(pattern.search(text)) for text in sample)
        for code, pattern in PATTERNS.items()
        if code in available
    }
    best = max(hits, key=lambda code: hits[code], default=DEFAULT)
    if hits.get(best, 0) < ENOUGH * len(sample):
        return DEFAULT if DEFAULT in available else next(iter(sorted(available)), DEFAULT)
    return best
