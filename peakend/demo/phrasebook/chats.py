"""What guests ask the service desk, what it replies, and how guests take it.

Replies stand whole, without choices: a script is found because the same words are said again.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Matter:
    """One thing guests write about: asked calmly or in anger, and three ways to reply.

    ``clear`` says what happens, by whom and when; ``usual`` is what the manual says; ``curt`` sends
    the guest away.
    """

    code: str
    share: float
    calm: tuple[str, ...]
    angry: tuple[str, ...]
    clear: str
    usual: str
    curt: str


KITCHEN = (
    Matter(
        "booking", 0.18,
        ("[请问|]今晚{people}个人[还有包间吗|能订位吗]？", "周末中午[可以|能]预订吗？[大概六点|]", "现在排队要等多久[？|呀？]", "取号过号了[怎么办|还能用吗]？"),
        ("排队等了{mins}，叫号也没叫到我们，[太差了|气死了]", "说好留的位子到店没有了，太失望了"),
        "包间还有一间，已经为您留到 18:30，短信马上发到您手机，迟到打店里电话就行。",
        "您好，可以在小程序首页点“预订”选择时间哦。",
        "预订请打门店电话。",
    ),
    Matter(
        "hours", 0.10,
        ("[请问|]你们[今天|周末]几点开门？", "晚上几点打烊[呀|]？", "节假日[正常营业吗|营业时间一样吗]？"),
        ("网上写着十点半开门，到了还关着，白跑一趟，太失望了",),
        "今天营业到 22:00，最后点单 21:15，您 20:30 前到店基本不用等位。",
        "您好，营业时间以门店公示为准哦。",
        "看门店页面。",
    ),
    Matter(
        "place", 0.08,
        ("[请问|]店里有停车位吗？", "你们店在几楼[呀|]？从地铁怎么走？", "附近有停车场吗？"),
        ("导航过去根本找不到停车的地方，绕了{mins}，[太差了|太糟糕了]",),
        "商场 B2 停车，消费满 100 元免两小时，从 3 号电梯上来就是我们店。",
        "您好，地址可以在小程序“门店”里查看哦。",
        "自己导航一下。",
    ),
    Matter(
        "late", 0.16,
        ("外卖[到哪了|什么时候送到]？", "我的外卖怎么还没到[呀|]？", "订单{order}[送到哪了|还要多久]？"),
        ("外卖等了{mins}还没到，[太慢了|太差了]！", "都{mins}了外卖还没送，饭都凉了，太失望了"),
        "实在抱歉，骑手还有 8 分钟到，我一直盯着这单，超时的配送费已经退给您。",
        "您好，配送高峰请您耐心等待哦。",
        "骑手在路上。",
    ),
    Matter(
        "missing", 0.12,
        ("少送了一份{side}，[可以补吗|怎么处理]？", "收到的菜送错了，能换吗？"),
        ("又漏送了{dish}，[太差了|太气人了]，怎么检查的？", "汤洒了一袋子，包装太差，没法吃，要求退款"),
        "抱歉让您扫兴了，漏的这份我现在就让门店重做，20 分钟内送到，您不用再下单，这份钱也先退给您。",
        "您好，麻烦提供一下订单号和照片，我们核实后处理。",
        "这个要联系外卖平台。",
    ),
    Matter(
        "invoice", 0.09,
        ("发票怎么开？", "[可以|能]补开上周的发票吗？抬头是公司的", "电子发票发到哪里[呀|]？"),
        ("发票要了三次都没开出来，效率太差了",),
        "发我订单号和抬头就行，5 分钟内发到您邮箱，收到后您回我一声。",
        "您好，请扫小票上的二维码自助开票哦。",
        "扫小票。",
    ),
    Matter(
        "member", 0.08,
        ("会员积分[怎么用|什么时候到期]？", "生日券[在哪领|怎么没收到]？", "储值卡余额怎么查？"),
        ("积分没到期就清零了，[太坑了|太失望了]",),
        "查到了：您有 860 积分，月底前都能用，我已经把生日券补到您卡包里，下次点单自动抵。",
        "您好，可以在“我的-会员”里查看规则哦。",
        "规则里有。",
    ),
    Matter(
        "food", 0.10,
        ("{dish}[辣不辣|几个人吃合适]？", "对花生过敏，[有什么推荐|{dish}能吃吗]？", "有没有素的推荐？"),
        ("上次吃完{dish}胃不舒服，不新鲜，太差了",),
        "{dish}不放花生，我给后厨备注“花生过敏”，到店也请跟领班说一声，双保险。",
        "您好，菜品信息以门店菜单为准哦。",
        "看菜单。",
    ),
    Matter(
        "qr", 0.05,
        ("扫码点单[为什么|怎么]要授权手机号？", "小程序[打不开|登录不了]怎么办？", "扫码看不到菜单[怎么办|，怎么弄]？"),
        ("扫码点单非要关注公众号，弄了{mins}都点不了，[太烦了|体验太差]",),
        "不想授权也没关系，跟服务员说“要纸质菜单”就行，我也跟门店打过招呼了。",
        "您好，请更新小程序后重试哦。",
        "要授权才能点单。",
    ),
    Matter(
        "rude", 0.04,
        ("[我要投诉|想反映一下]门店服务，找谁？", "能让经理联系我吗？"),
        ("服务员态度太差了，叫了三遍没人理，我要投诉！", "催菜还甩脸色，什么态度，太生气了"),
        "对不起，这是我们的错。我是值班主管，已经通知店长，一小时内由他给您回电，处理结果我也会跟您说。",
        "您好，您的意见我们会反馈给相关部门。",
        "投诉请打 400。",
    ),
)  # fmt: skip

SHOP = (
    Matter(
        "dispatch", 0.34,
        ("什么时候发货[呀|]？", "快递[到哪了|几天能到]？", "订单{order}[发货了吗|还没收到，到哪了]？"),
        ("说好 48 小时发货，一个星期了还没发，[太差了|太失望了]",),
        "我帮您催到了：今天 18:00 前出库，明天能看到物流，没有更新您直接找我。",
        "您好，具体以物流信息为准哦。",
        "等物流更新。",
    ),
    Matter(
        "return", 0.30,
        ("[可以|能]七天无理由退货吗？", "尺寸不合适能换货吗？", "退款[多久到账|怎么还没到]？"),
        ("收到就是坏的，质量太差，要求退款！", "退款拖了两个星期，太气人了"),
        "直接给您补发，坏的不用寄回，三天内到；要是想退，我现在就退，款今天原路返回。",
        "您好，请在订单页提交售后申请哦。",
        "售后自己申请。",
    ),
    Matter(
        "goods", 0.22,
        ("这款[有现货吗|是什么材质]？", "[能进洗碗机吗|怎么清洗]？尺码怎么选？"),
        ("和图片差太多了，[做工太差|太失望了]",),
        "这款是 304 不锈钢，能进洗碗机，您 3 口之家选 24 厘米的正好。",
        "您好，详情页有说明哦。",
        "看详情页。",
    ),
    Matter(
        "price", 0.14,
        ("有优惠券吗？", "昨天买的今天降价了，能退差价吗？", "满减[怎么算|能叠加吗]？"),
        ("刚买就降价三十块，[太坑了|太失望了]",),
        "差价 30 元已经退到您账户，下次买贵 15 天内都可以找我们。",
        "您好，优惠以页面显示为准哦。",
        "没有优惠。",
    ),
)  # fmt: skip

ENGLISH = (
    Matter(
        "booking", 0.4,
        ("[Hi, |]can I book a table for {people} tonight?", "How long is the queue now?"),
        ("We waited {mins} and our number was never called. Terrible.",),
        "Done: a table is held for you until 18:30, and a text is on its way. If you are late, just call the store.",
        "You can book on the first page of the mini-program.",
        "Please call the store.",
    ),
    Matter(
        "late", 0.35,
        ("Where is my order?", "When will my delivery arrive?"),
        ("My delivery is {mins} late and the food is cold. Awful.",),
        "I'm so sorry. The rider is eight minutes away, I'm watching this order, and your delivery fee is refunded.",
        "Please wait patiently, it is rush hour.",
        "The rider is on the way.",
    ),
    Matter(
        "invoice", 0.25,
        ("How do I get an invoice?", "Can you send me the receipt by e-mail?"),
        ("I asked for an invoice three times and got nothing. Disappointing.",),
        "Send me the order number and the company name; you will have it by e-mail in five minutes.",
        "Please scan the code on the receipt.",
        "Scan the receipt.",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Manners:
    """What is said in every conversation of a language."""

    greetings: tuple[str, ...]
    robot: str
    pleased: tuple[str, ...]
    settled: tuple[str, ...]
    displeased: tuple[str, ...]
    once_more: tuple[str, ...]  # asked before leaving, sometimes to nobody
    answers: tuple[str, ...]
    phone: tuple[str, ...]
    goodbye: str
    closed: str
    slots: dict[str, tuple[str, ...]]


ZH_MANNERS = Manners(
    ("你好", "在吗？", "您好，有人吗？"),
    "您好，我是禾野小助手，正在为您转接人工客服。",
    (
        "好的谢谢，讲得很清楚",
        "太好了，谢谢你",
        "明白了，服务真好，谢谢",
        "谢谢，处理得真快，很满意",
        "解决了，谢谢，点赞",
    ),
    ("好的", "知道了", "嗯，我看看", "行吧"),
    (
        "说了等于没说，太失望了",
        "等半天就这么一句，[太差了|什么态度]",
        "算了，体验太差，不会再来了",
        "根本没解决问题，很生气",
    ),
    (
        "那[大概要多久|什么时候有结果]？",
        "另外发票怎么开？",
        "对了，会员能打折吗？",
        "还有，[周末|明天]几点开门？",
    ),
    ("今天之内给您答复。", "可以的，小票上扫码就能办。", "我帮您看一下，稍等。"),
    ("我的电话是 1390000{digits}", "打我 1380013{digits} 就行"),
    "感谢您的咨询，祝您用餐愉快，再见。",
    "会话已结束。",
    {"people": ("四", "六", "八", "十"), "order": ("HY20481", "HY33907", "HY51826")},
)
EN_MANNERS = Manners(
    ("Hello", "Hi there"),
    "Hello, I am the Heye assistant. Connecting you to a colleague.",
    ("Great, thank you so much", "Perfect, very helpful, thanks", "Wonderful service, thank you"),
    ("OK", "I see", "Alright"),
    ("That does not help at all, very disappointing", "Terrible service", "Forget it, I am not coming back"),
    ("How long will it take?", "By the way, do you have parking?"),
    ("Within today.", "Yes, on level B2."),
    ("My number is 1390000{digits}",),
    "Thank you for writing. Have a nice day.",
    "The conversation is closed.",
    {"people": ("four", "six", "eight"), "order": ("HY20481", "HY33907")},
)  # fmt: skip
