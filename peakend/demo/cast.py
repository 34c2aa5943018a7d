"""The demo company: Heye Group, its brands, stores and two competitors. All of it is invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A region with its stores' places: (Chinese, English) names."""

    code: str
    name: str
    name_en: str
    places: tuple[tuple[str, str], ...]


REGIONS = (
    Region(
        "east", "华东区", "East",
        (
            ("静安寺店", "Jing'an"), ("徐家汇店", "Xujiahui"), ("五角场店", "Wujiaochang"), ("虹桥店", "Hongqiao"),
            ("湖滨店", "Hubin"), ("西溪店", "Xixi"), ("观前街店", "Guanqian"), ("新街口店", "Xinjiekou"),
        ),
    ),
    Region(
        "north", "华北区", "North",
        (
            ("三里屯店", "Sanlitun"), ("望京店", "Wangjing"), ("五道口店", "Wudaokou"), ("西单店", "Xidan"),
            ("滨江道店", "Binjiang Avenue"), ("泉城路店", "Quancheng Road"), ("栈桥店", "Zhanqiao"), ("北国店", "Beiguo"),
        ),
    ),
    Region(
        "south", "华南区", "South",
        (
            ("天河城店", "Tianhe"), ("北京路店", "Beijing Road"), ("珠江新城店", "Zhujiang New Town"), ("海岸城店", "Coastal City"),
            ("华强北店", "Huaqiangbei"), ("千灯湖店", "Qiandeng Lake"), ("中山路店", "Zhongshan Road"), ("东街口店", "Dongjiekou"),
        ),
    ),
    Region(
        "central", "华中区", "Central",
        (
            ("江汉路店", "Jianghan Road"), ("光谷店", "Optics Valley"), ("五一广场店", "Wuyi Square"), ("梅溪湖店", "Meixi Lake"),
            ("二七广场店", "Erqi Square"), ("郑东店", "Zhengdong"), ("八一广场店", "Bayi Square"), ("红谷滩店", "Honggutan"),
        ),
    ),
    Region(
        "west", "西南区", "Southwest",
        (
            ("春熙路店", "Chunxi Road"), ("太古里店", "Taikoo Li"), ("宽窄巷子店", "Kuanzhai Alley"), ("高新店", "Hi-Tech Zone"),
            ("解放碑店", "Jiefangbei"), ("观音桥店", "Guanyinqiao"), ("翠湖店", "Green Lake"), ("花果园店", "Huaguoyuan"),
        ),
    ),
)  # fmt: skip

KITCHENS_PER_REGION = 6  # the first six stores of a region are restaurants, the others shops

DEPARTMENTS = (
    ("store_operations", "门店运营部", "Store operations"),
    ("kitchen", "厨政部", "Kitchen"),
    ("marketing", "市场部", "Marketing"),
    ("digital", "数字化部", "Digital"),
    ("supply_chain", "供应链质量部", "Supply-chain quality"),
    ("customer_care", "顾客关怀中心", "Customer care"),
    ("logistics", "物流部", "Logistics"),
    ("product_design", "产品部", "Product"),
)

GROUP = ("heye", "禾野集团", "Heye Group")
KITCHEN = ("heye-kitchen", "禾野小馆", "Heye Kitchen")
SHOP = ("heye-living", "禾野生活", "Heye Living")
COMPETITORS = (
    ("jiangnanzao", "江南灶", "Jiangnan Stove"),
    ("guyuli", "谷雨里", "Grain Rain"),
)


@dataclass(frozen=True)
class Store:
    """One store: its unit code, where it is, and whether it cooks."""

    code: str
    name: str
    name_en: str
    region: str
    cooks: bool


def _stores() -> tuple[Store, ...]:
    found: list[Store] = []
    for region in REGIONS:
        for place, (name, english) in enumerate(region.places):
            number = len(found) + 1
            found.append(
                Store(f"store-{number:02}", name, english, region.code, place < KITCHENS_PER_REGION)
            )
    return tuple(found)


STORES = _stores()
KITCHENS = tuple(index for index, store in enumerate(STORES) if store.cooks)
SHOPS = tuple(index for index, store in enumerate(STORES) if not store.cooks)

# code, Chinese and English name, channel, taxonomy
SOURCES = (
    ("dianping", "点评网站", "Review site", "dianping", "restaurant"),
    ("xiaohongshu", "小红书", "Social posts", "xiaohongshu", "restaurant"),
    ("delivery", "外卖平台", "Delivery platform", "delivery", "restaurant"),
    ("hotline", "400 热线", "Hotline 400", "hotline", "restaurant"),
    ("miniprogram", "小程序评价", "Mini-program reviews", "miniprogram", "restaurant"),
    ("shop", "商城评价", "Shop reviews", "miniprogram", "retail"),
    ("chat", "在线客服", "Online chat", "miniprogram", "restaurant"),
    ("shop_chat", "商城客服", "Shop chat", "shop", "retail"),
)
