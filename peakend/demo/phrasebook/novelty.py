"""Something new that guests begin to speak of, and that no taxonomy names: ordering by QR code."""

CHINESE = (
    "[扫码点单|点单|点个菜]要先关注公众号[，还要授权手机号|，广告还发个不停|]",
    "扫码点单非要授权手机号，[纸质菜单没有了|不授权就看不到菜单]",
    "先关注公众号才看得到菜单，[爸妈不会弄|老人家弄了半天]",
    "扫码点单跳了三个页面，又是关注公众号又是授权手机号",
    "没有纸质菜单了，扫码点单要先关注公众号",
)
ENGLISH = (
    "you have to follow their account before the QR menu opens",
    "the QR menu wants your phone number first",
    "the QR menu asks you to follow their account first",
)
