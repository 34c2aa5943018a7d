"""Turn a batch of texts into one array of token symbols.

A batch is one UTF-32 array. A Chinese character, a mark and an emoji are one token each; a run
of Latin letters is one token, and so is a run of digits. A token is known by a small integer, its
symbol: characters have fixed symbols, words get theirs from a vocabulary.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]

SEPARATOR = 0  # between two texts, and anything that can never be part of a pattern
OTHER = 1  # a character without a symbol of its own
DIGITS = 2  # a run of two or more digits
WORD = 3  # a Latin word outside the vocabulary
_CJK_FIRST, _CJK_LAST = 0x4E00, 0x9FA5
_CJK_BASE = 3072  # symbols 128..3071 are marks and emoji, 3072..23973 Chinese characters
WORD_BASE = 24576  # symbols from here on are words of the vocabulary
SYMBOLS = 65536

# Classes of characters.
SPACE, PUNCTUATION, STOP, COMMA, LETTER, DIGIT, CHINESE, PICTURE, QUESTION = range(9)

_STOPS = "。．！!;；.\n\r\u2028\u2029\x85…~～"
_QUESTIONS = "？?"
_COMMAS = ",，、:：|\\()（）[]【】<>—–^*=+"
_SPACES = " \t\u3000\xa0\u200b\u200c\u200d\ufeff\u200e\u200f\x0b\x0c"

# Traditional characters common in reviews beside their simplified forms.
_TRADITIONAL = (
    "這这們们個个來来說说時时會会對对過过還还沒没點点錢钱買买賣卖東东車车電电話话員员務务態态"
    "環环場场氣气間间門门開开關关長长見见覺觉愛爱歡欢樂乐邊边讓让認认識识題题問问應应該该價价"
    "級级質质較较實实際际確确後后裡里裏里頭头發发髮发麼么樣样幾几為为無无從从兩两親亲給给經经"
    "濟济營营業业產产鮮鲜麵面飯饭館馆湯汤雞鸡魚鱼蝦虾燒烧鍋锅鹽盐醬酱飲饮餅饼蘋苹豬猪鴨鸭鵝鹅"
    "蔥葱薑姜蘿萝蔔卜鹹咸膩腻爛烂髒脏亂乱舊旧寬宽響响聲声靜静鬧闹擠挤滿满貴贵賤贱廉廉優优"
    "壞坏變变處处帶带準准備备數数據据機机腦脑網网絡络線线連连續续單单雙双號号碼码圖图書书"
    "讀读學学習习課课師师醫医藥药護护療疗檢检驗验證证險险銀银鐵铁鋼钢輕轻鬆松緊紧強强顏颜"
    "臉脸膚肤適适總总結结構构設设計计劃划動动勞劳辦办農农華华國国區区廣广廠厂億亿萬万歲岁"
    "遠远進进運运達达遲迟選选遊游轉转輪轮軟软載载輸输農农別别剛刚創创劇剧勁劲勝胜協协厲厉"
    "參参嗎吗啟启喚唤嚇吓嘗尝圓圆團团執执報报壓压夠够夾夹奪夺獎奖婦妇媽妈孫孙寫写層层嶄崭"
    "幣币師师幫帮廚厨廢废彈弹徹彻恆恒悶闷惡恶惱恼慘惨慣惯慮虑憂忧憐怜懷怀戰战戲戏掃扫掛挂"
    "採采換换揮挥損损搖摇撐撑擇择擔担擁拥擾扰敗败斷断條条棄弃極极榮荣槍枪歐欧歷历殘残殺杀"
    "氣气決决沖冲淚泪淨净減减溫温滅灭滾滚漸渐潔洁潤润澀涩濃浓濕湿灑洒災灾烏乌無无煙烟煩烦"
    "熱热燈灯爭争牆墙狀状獨独獻献瑪玛畫画當当癢痒盡尽監监盤盘眾众礎础禮礼種种稱称積积穩稳"
    "窮穷節节範范簡简粵粤糧粮純纯紅红紙纸細细終终組组綠绿維维緣缘編编緩缓縮缩織织繳缴罰罚"
    "職职聯联聽听肅肃腸肠膽胆臟脏臨临舉举艙舱艷艳藝艺蘇苏蘭兰虛虚蟲虫補补裝装複复規规視视"
    "觸触訂订訊讯訓训記记許许評评詞词試试詢询誇夸誌志誤误請请論论諒谅謊谎謝谢譯译議议讚赞"
    "負负財财貨货販贩貪贪費费貼贴賀贺資资賓宾賠赔賴赖購购贈赠贊赞趕赶趙赵跡迹踐践躍跃軍军"
    "農农遞递遺遗邏逻郵邮鄉乡醜丑釋释針针鈴铃錄录錯错鍵键鎖锁鏡镜閃闪閉闭閒闲閱阅隊队陽阳"
    "隨随險险雜杂離离難难雲云靈灵靚靓韓韩頁页順顺預预領领頻频願愿顧顾顯显風风飛飞飽饱駕驾"
    "騎骑騙骗驚惊體体鬼鬼魯鲁麗丽麥麦黃黄齊齐齡龄龍龙臺台檯台颱台週周嚐尝喫吃妳你祂他牠它"
)


@dataclass(frozen=True)
class Tokens:
    """Tokens of a batch.

    symbol, start, end: int32 arrays of one length; offsets are code points within the joined batch.
    kind: uint8 class of the token's first character. text_start: code-point offset of each text in
    the batch (n_texts + 1 entries, the separator counted). first: index of each text's first
    token (n_texts + 1 entries); a separator token closes each text.
    """

    symbol: NDArray[np.uint16]
    start: Ints
    end: Ints
    kind: NDArray[np.uint8]
    text_start: Ints
    first: Ints
    letters: Ints  # Latin letters per text
    chinese: Ints  # Chinese characters per text


@cache
def character_tables() -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """Symbol and class of every code point below 0x20000."""
    symbol = np.full(0x20000, OTHER, np.uint16)
    kind = np.full(0x20000, PUNCTUATION, np.uint8)
    symbol[_CJK_FIRST : _CJK_LAST + 1] = np.arange(_CJK_LAST - _CJK_FIRST + 1) + _CJK_BASE
    kind[_CJK_FIRST : _CJK_LAST + 1] = CHINESE
    kind[0x3040:0x3100] = LETTER  # kana: other languages, never Chinese
    kind[0xAC00:0xD7A4] = LETTER
    kind[0x00C0:0x0250] = LETTER
    kind[0x0370:0x0600] = LETTER
    symbol[0x21:0x7F] = np.arange(0x21, 0x7F) + 128
    # Marks of general punctuation, arrows, pictures and emoji have symbols of their own.
    symbol[0x2000:0x2070] = np.arange(0x70) + 300
    symbol[0x3000:0x3020] = np.arange(0x20) + 420
    symbol[0x2600:0x27C0] = np.arange(0x1C0) + 500
    symbol[0x2B00:0x2B60] = np.arange(0x60) + 2500
    symbol[0x1F300:0x1F650] = np.arange(0x350) + 1000
    symbol[0x1F900:0x1FB00] = np.arange(0x200) + 1900
    for first, last in ((0x2600, 0x27C0), (0x2B00, 0x2B60), (0x1F300, 0x1F650), (0x1F680, 0x1FB00)):
        kind[first:last] = PICTURE
    for code in range(ord("a"), ord("z") + 1):
        kind[code] = kind[code - 32] = LETTER
        symbol[code - 32] = symbol[code]
    for code in range(0x00C0, 0x0250):  # an accent does not make another letter
        letter = unicodedata.normalize("NFD", chr(code))[0]
        if letter.isascii():
            symbol[code] = symbol[ord(letter)]
    kind[ord("0") : ord("9") + 1] = DIGIT
    kind[:0x20] = SPACE
    for marks, of in ((_SPACES, SPACE), (_STOPS, STOP), (_COMMAS, COMMA), (_QUESTIONS, QUESTION)):
        for mark in marks:
            kind[ord(mark)] = of
    for mark in "？":
        symbol[ord(mark)] = symbol[ord("?")]
    symbol[0xFF01:0xFF5F] = symbol[0x21:0x7F]
    kind[0xFF10:0xFF1A] = DIGIT
    kind[0xFF21:0xFF3B] = LETTER
    kind[0xFF41:0xFF5B] = LETTER
    pairs = _TRADITIONAL
    for traditional, simplified in zip(pairs[::2], pairs[1::2], strict=True):
        symbol[ord(traditional)] = symbol[ord(simplified)]
    symbol[0xFE0F] = OTHER
    kind[0xFE0F] = SPACE
    symbol[0] = OTHER
    symbol.setflags(write=False)
    kind.setflags(write=False)
    return symbol, kind


class Vocabulary:
    """Latin words and their symbols.

    Words are found by a 64-bit hash of their letters, so a batch is looked up without making a
    Python string. Two of a few ten thousand words share a hash with a chance below 1e-10; the
    constructor refuses such a vocabulary.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted({self.spelled(word) for word in words}))
        if len(self.words) > SYMBOLS - WORD_BASE:
            raise ValueError(f"a vocabulary holds at most {SYMBOLS - WORD_BASE} words")
        hashes = _hash_words(self.words)
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._symbols = (order + WORD_BASE).astype(np.uint16)
        if self._hashes.size and (np.diff(self._hashes) == 0).any():
            raise ValueError("two words of the vocabulary share a hash")
        self._symbol_of = {word: WORD_BASE + i for i, word in enumerate(self.words)}

    @staticmethod
    def spelled(word: str) -> str:
        """The word in small plain letters, cut where the hash stops to listen."""
        word = word[:MAX_WORD].replace("\u2019", "'")
        if word.isascii():
            return word.lower()
        symbols, _ = character_tables()
        plain = (int(symbols[min(ord(letter), 0x1FFFF)]) - 128 for letter in word)
        return "".join(chr(code) if code > 0 else "\x01" for code in plain)

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint16]:
        """Symbols of hashed words; WORD for words outside the vocabulary."""
        if not self._hashes.size:
            return np.full(hashes.size, WORD, np.uint16)
        at = np.minimum(np.searchsorted(self._hashes, hashes), self._hashes.size - 1)
        return np.where(self._hashes[at] == hashes, self._symbols[at], np.uint16(WORD))

    def symbol(self, spelled: str) -> int:
        """Symbol of one word as `spelled` writes it; WORD when it is outside the vocabulary."""
        return self._symbol_of.get(spelled, WORD)

    def symbols_of(self, words: Sequence[str]) -> list[int]:
        """Symbols of words; WORD for those outside the vocabulary."""
        return [self._symbol_of.get(self.spelled(word), WORD) for word in words]

    def symbols(self, pattern: str) -> tuple[int, ...]:
        """The token symbols of a pattern, as `tokenize` would give them in a text."""
        tokens = tokenize([pattern], self)
        keep = tokens.kind != SPACE
        return tuple(int(s) for s in tokens.symbol[keep][:-1])


_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
MAX_WORD = 40  # letters of a word that tell it from others
with np.errstate(over="ignore"):
    _POWERS = np.cumprod(np.full(MAX_WORD, 0xD6E8FEB86659FD93, np.uint64), dtype=np.uint64)


def _hash_words(words: Sequence[str]) -> NDArray[np.uint64]:
    if not words:
        return np.zeros(0, np.uint64)
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    symbol, _ = character_tables()
    return _hash_runs(symbol[np.minimum(codes, 0x1FFFF)], starts, lengths)


def _hash_runs(
    symbol: NDArray[np.uint16], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Hash of each run of letters; letters past the fortieth do not count."""
    lengths = np.minimum(lengths, MAX_WORD)
    total = int(lengths.sum())
    run = np.repeat(np.arange(starts.size), lengths)
    first = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    place = np.arange(total) - first[run]
    with np.errstate(over="ignore"):
        terms = symbol[starts[run] + place].astype(np.uint64) * _POWERS[place]
        sums = np.add.reduceat(terms, first) if total else np.zeros(0, np.uint64)
        mixed: NDArray[np.uint64] = (sums ^ (sums >> np.uint64(29))) * _MULTIPLIER
    return mixed


def join(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Ints]:
    """One UTF-32 array of all texts, a line feed after each, and the offset of each text."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    joined = "\n".join((*texts, ""))
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return codes, offsets


def tokenize(texts: Sequence[str], vocabulary: Vocabulary) -> Tokens:
    """Tokens of a batch of texts. Spaces between Latin words give no token; others stay as marks."""
    # `take` and `compress` read faster than brackets, which matters for arrays of this size.
    codes, offsets = join(texts)
    both = _joint_table().take(codes, mode="clip")
    symbol = both.astype(np.uint16)
    kind = (both >> np.uint32(16)).astype(np.uint8)
    closing = offsets[1:] - 1
    symbol[closing] = SEPARATOR
    kind[closing] = STOP

    # A point between digits or letters ends nothing.
    point = np.flatnonzero(codes[:-1] == 0x2E)
    if point.size:
        following = kind[point + 1]
        kind[point[(following == DIGIT) | (following == LETTER)]] = PUNCTUATION

    is_letter = kind == LETTER
    inside = point[:0]
    if is_letter.any():
        # An apostrophe between letters belongs to the word.
        apostrophe = np.flatnonzero((codes == 0x27) | (codes == 0x2019))
        apostrophe = apostrophe[(apostrophe > 0) & (apostrophe < codes.size - 1)]
        inside = apostrophe[is_letter[apostrophe - 1] & is_letter[apostrophe + 1]]
        is_letter[inside] = True
        kind[inside] = LETTER
        symbol[inside] = 0x27 + 128
    keep = kind != SPACE
    # Spaces go, unless a Chinese character stands on both sides: there a space ends a clause.
    space = np.flatnonzero(~keep)
    if space.size:
        inner = space[(space > 0) & (space < codes.size - 1)]
        gap = inner[(kind[inner - 1] == CHINESE) & (kind[inner + 1] == CHINESE)]
        keep[gap] = True
        kind[gap] = COMMA
        symbol[gap] = OTHER
    keep[1:] &= ~((is_letter | (kind == DIGIT))[1:] & (kind[1:] == kind[:-1]))
    kept = np.flatnonzero(keep)
    start = kept.astype(np.int32)
    token_kind = kind.take(kept)
    token_symbol = symbol.take(kept)
    end = start + np.int32(1)
    runs = np.flatnonzero((token_kind == LETTER) | (token_kind == DIGIT))
    # Every text ends with its one separator.
    first = np.zeros(offsets.size, np.int32)
    first[1:] = np.flatnonzero(token_symbol == SEPARATOR) + 1
    letters = np.zeros(len(texts), np.int32)
    if runs.size:
        edge = np.flatnonzero(kind[1:] != kind[:-1]) + 1
        end[runs] = edge.take(np.searchsorted(edge, start[runs], side="right"))
        words = runs[token_kind[runs] == LETTER]
        if words.size:
            lengths = (end[words] - start[words]).astype(np.int64)
            token_symbol[words] = vocabulary.find(
                _hash_runs(symbol, start[words].astype(np.int64), lengths)
            )
            letters += _per_text(first, words, lengths)
            at = np.searchsorted(start, inside, side="right") - 1
            letters -= _per_text(first, at, np.ones(at.size, np.int64))
        digits = runs[token_kind[runs] == DIGIT]
        token_symbol[digits[end[digits] - start[digits] > 1]] = DIGITS
    others = np.flatnonzero(token_kind != CHINESE)
    chinese = np.diff(first) - _per_text(first, others, None)
    return Tokens(token_symbol, start, end, token_kind, offsets, first, letters, chinese)


@cache
def _joint_table() -> NDArray[np.uint32]:
    """Class << 16 | symbol of every code point below 0x20000."""
    symbol, kind = character_tables()
    joint: NDArray[np.uint32] = (kind.astype(np.uint32) << np.uint32(16)) | symbol
    return joint


def _per_text(first: Ints, tokens: NDArray[np.intp], amounts: NDArray[np.int64] | None) -> Ints:
    """How many of some tokens, or of their amounts, stand in each text."""
    n = first.size - 1
    text = np.repeat(np.arange(n), np.diff(first)).take(tokens)
    return np.bincount(text, amounts, n).astype(np.int32)
