"""Starting cold from a few words an aspect and unlabelled texts: taxonomies and topics for measuring.

The taxonomies were written before anything was measured with them. Sets of terms name no topic:
`TOPICS` maps their terms, by hand and for measuring only. They label one or two terms of a text and
no neutral ones of cars, so the difference between two readers says more than either figure.
"""

import re
from pathlib import Path

from bench import text_sets as sets

# Aspects of `restaurant_aspects_aichallenger` in its order, the last (coming again) left out.
LONG_REVIEWS = [
    "traffic",
    "distance",
    "easy_to_find",
    "wait_time",
    "waiters_attitude",
    "parking",
    "serving_speed",
    "price_level",
    "value_for_money",
    "discount",
    "decoration",
    "noise",
    "space",
    "cleanliness",
    "portion",
    "taste",
    "look",
    "recommendation",
    "overall",
]
# Name and keywords of each aspect.
RESTAURANTS = {
    "traffic": ("交通", "交通 地铁 公交"),
    "distance": ("商圈", "商圈 市中心"),
    "easy_to_find": ("好找", "好找 难找 位置"),
    "wait_time": ("排队", "排队 等位"),
    "waiters_attitude": ("服务态度", "服务 态度 服务员"),
    "parking": ("停车", "停车 车位"),
    "serving_speed": ("上菜速度", "上菜 上菜速度"),
    "price_level": ("价格", "价格 便宜 贵"),
    "value_for_money": ("性价比", "性价比 划算"),
    "discount": ("优惠", "优惠 打折 团购"),
    "decoration": ("装修", "装修 环境"),
    "noise": ("噪音", "吵 安静"),
    "space": ("空间", "空间 宽敞 拥挤"),
    "cleanliness": ("卫生", "卫生 干净 脏"),
    "portion": ("分量", "分量 量"),
    "taste": ("口味", "味道 口味 好吃"),
    "look": ("菜品外观", "摆盘 外观"),
    "recommendation": ("推荐", "推荐 招牌"),
    "overall": ("总体", "整体 总体"),
}
CARS = {
    "power": ("动力", "动力 发动机 变速箱"),
    "price": ("价格", "价格 性价比 优惠"),
    "interior": ("内饰", "内饰 做工"),
    "features": ("配置", "配置 导航"),
    "safety": ("安全性", "安全 安全性"),
    "exterior": ("外观", "外观 外形 造型"),
    "handling": ("操控", "操控 方向盘 底盘"),
    "fuel": ("油耗", "油耗 省油"),
    "space": ("空间", "空间 后排"),
    "comfort": ("舒适性", "舒适 座椅 噪音"),
}
SHAMPOO = {
    "effect": ("功效", "效果 功效 柔顺"),
    "texture": ("使用体验", "好用 泡沫"),
    "smell": ("气味", "味道 气味 香味"),
    "ingredients": ("成分", "成分 硅油"),
    "freshness": ("新鲜度", "日期 保质期"),
    "authenticity": ("真伪", "正品 假货"),
    "size": ("尺寸", "容量 大小"),
    "look": ("外观", "颜值 外观"),
    "logistics": ("物流", "物流 快递"),
    "packaging": ("包装", "包装 盒子"),
    "service": ("服务", "客服 服务"),
    "price": ("价格", "价格 便宜"),
    "gifts": ("其他", "赠品 小样"),
    "overall": ("整体", "整体 喜欢"),
}
# Topic and the terms it takes, the first that fits; a text with a term of none is left out.
TOPICS = {
    "car": (
        ("space", "空间|容积|后备箱|行李|后排|后座|第三排"),
        ("fuel", "油耗|耗油|燃油|经济性|续航|省油|百公里|^油$"),
        ("price", "价格|售价|性价比|价位|优惠|保养|价$|费用|配件"),
        ("interior", "内饰|接缝|用料|仪表|中控|车内|材质|塑料|做工|工艺|按键|皮"),
        ("safety", "安全|气囊|碰撞|钢板|铁皮|视线|盲区|刹车辅助"),
        ("comfort", "舒适|隔音|噪|静音|座椅|座垫|空调|异响|头枕|声音|震动|减震|舒服"),
        ("power", "动力|发动机|加速|提速|变速箱|功率|扭矩|排量|油门|挡|档|马力|引擎|起步|涡轮"),
        ("handling", "操控|操纵|转向|方向盘|底盘|地盘|悬|侧倾|弯|刹车|制动|路感|越野|操作|驾驶|稳定性|车架|行驶"),
        ("exterior", "外观|外形|外型|造型|前脸|尾灯|线条|腰线|车身|侧面|外表|漆|车尾|车头|大灯|轮毂|样子|颜色|流线|设计|视觉"),
        ("features", "配置|音响|天窗|电子|导航|车窗|系统|雷达|屏|支撑杆|功能"),
    ),
    "hair": (
        ("logistics", "物流|快递|发货|送货|到货|配送|速度|送达"),
        ("packaging", "包装|盒|泵|瓶盖|漏|密封|压头"),
        ("authenticity", "正品|假|真货|货真|官方|旗舰|专柜"),
        ("price", "价|便宜|划算|贵|实惠|优惠|活动|618|物美|性价比|买一送一|降|折|满减|双11|超值|券"),
        ("gifts", "赠|送|小样"),
        ("service", "客服|服务|态度|卖家|售后|店家|退"),
        ("smell", "味|香|闻"),
        ("size", "大瓶|容量|分量|量大|量足|大小|毫升|携带|量多"),
        ("ingredients", "成分|硅油|天然|植物|配方|氨基酸|无硅|添加|环保|过敏|安全|刺激"),
        ("freshness", "日期|保质|新鲜"),
        ("look", "颜值|高级|上档次|外观|好看|大气|高大上|颜色|瓶子|精致"),
        ("overall", "回购|一直用|推荐|满意|喜欢|值得|好评|信赖|第.次|品牌|牌子|很好$|不错$|棒|失望|品质|质量|还会|继续"),
        ("texture", "好用|泡沫|油腻|清爽|吸收|冲洗|清洗|温和|舒服|粘|方便|水润|滑滑|起泡|质地|细腻|洗的|使用|好洗|清凉|干净|手感"),
        ("effect", "柔顺|顺滑|蓬松|控油|去屑|屑|痒|滋润|光泽|油|干|染|掉|顺|滑|亮|效|柔软|营养|滋养|毛躁|打结|固色|丝滑|润|修护|脱发|发热|持久"),
    ),
}  # fmt: skip


def long_reviews(data: Path, part: str) -> list[sets.Labelled]:
    """Long restaurant reviews labelled with aspects by their codes; the part as in `text_sets`."""
    named = dict(zip(map(str, range(len(LONG_REVIEWS))), LONG_REVIEWS, strict=True))
    rows = sets.long_reviews(data, part)
    for row in rows:
        row.labels = {named[aspect]: sign for aspect, sign in row.labels.items() if aspect in named}
    return rows


def term_texts(data: Path, name: str) -> list[sets.Labelled]:
    """Texts of a set of terms, labelled by topic; none where a term belongs to no topic."""
    found: dict[str, sets.Labelled] = {}
    strange = set()
    for part in ("train", "test"):
        path = data / f"product_terms_zh/{name}.{part}.txt"
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        for blank, term, polarity in zip(lines[::3], lines[1::3], lines[2::3], strict=False):
            body = blank.replace("$T$", term).replace(" ", "")
            one = found.setdefault(body, sets.Labelled(body))
            named = term.replace(" ", "")
            topic = next((topic for topic, words in TOPICS[name] if re.search(words, named)), None)
            if topic is None:
                strange.add(body)
            else:
                sets._add(one.labels, topic, polarity.strip().lower())
    for body in strange:
        found[body].labels = {}
    return list(found.values())


def taxonomy_of(aspects: dict[str, tuple[str, str]]):
    """A taxonomy of nothing but names and keywords."""
    import peakend.text as kernel

    both = {"zh": "", "en": ""}
    return kernel.Taxonomy(
        "few",
        1,
        both,
        tuple(
            kernel.Aspect(code, "all", {"zh": name, "en": name}, both, both, tuple(words.split()), "", both)
            for code, (name, words) in aspects.items()
        ),
    )  # fmt: skip


def cold_starts(data: Path) -> list[tuple[str, object, list[str], list[sets.Labelled]]]:
    """Name, taxonomy, unlabelled texts and labelled ones of everything measured from cold."""
    import peakend.text as kernel

    learn, hold = (long_reviews(data, part) for part in ("train2", "dev2"))
    cars, hair = (term_texts(data, name) for name in ("car", "hair"))
    texts = {id(rows): [row.text for row in rows] for rows in (learn, cars, hair)}
    measured = {id(rows): [row for row in rows if row.labels] for rows in (cars, hair)}
    few, shipped = "few words an aspect", "shipped taxonomy"
    return [
        (f"long restaurant reviews, {shipped}", kernel.load_taxonomy("restaurant"), texts[id(learn)], hold),
        (f"long restaurant reviews, {few}", taxonomy_of(RESTAURANTS), texts[id(learn)], hold),
        (f"cars, {shipped}", kernel.load_taxonomy("car"), texts[id(cars)], measured[id(cars)]),
        (f"cars, {few}", taxonomy_of(CARS), texts[id(cars)], measured[id(cars)]),
        (f"shampoo, {shipped}", kernel.load_taxonomy("fmcg"), texts[id(hair)], measured[id(hair)]),
        (f"shampoo, {few}", taxonomy_of(SHAMPOO), texts[id(hair)], measured[id(hair)]),
    ]  # fmt: skip
