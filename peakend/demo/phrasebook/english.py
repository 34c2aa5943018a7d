"""What English-speaking guests say, by industry: aspect → polarity → situations."""

from collections.abc import Mapping

RESTAURANT: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "wait_time": {
        1: (
            "[no wait at all|there was no queue], we were seated [immediately|right away]",
            "seated promptly within {fewmins}",
        ),
        -1: (
            "we waited {mins} for a table",
            "the wait was long, {mins} [in the doorway|with hungry kids]",
            "long queue, {mins} before we sat down",
        ),
    },
    "queue_calling": {
        1: ("the waitlist worked well",),
        -1: ("they skipped our number", "someone jumped the queue and nobody cared"),
    },
    "waiters_attitude": {
        1: (
            "the staff were [very|so|really] friendly",
            "our waiter was attentive and polite",
            "great service from a [smiling|welcoming] waitress",
        ),
        -1: (
            "the waiter was rude",
            "staff ignored us [twice|all evening]",
            "the service was terrible, our waitress was unfriendly",
        ),
    },
    "proactive_care": {
        1: ("they brought a birthday noodle on the house", "tea was refilled without being asked"),
        -1: ("there was no high chair for our baby",),
    },
    "serving_speed": {
        1: (
            "the food came quickly",
            "dishes were served quickly, [one after another|still steaming]",
        ),
        -1: (
            "the food took forever",
            "the kitchen was slow, we waited for our food {mins}",
            "they forgot our order",
        ),
    },
    "price_level": {
        1: ("prices are reasonable", "affordable for [this part of town|a group]"),
        -1: ("it is overpriced", "the bill was too expensive for [home cooking|what we had]"),
    },
    "value_for_money": {
        1: ("great value for money", "worth every penny"),
        -1: ("not worth the price", "poor value for the money"),
    },
    "discount": {1: ("the member discount is a good deal",), -1: ("the coupon was not accepted",)},
    "decoration": {
        1: (
            "beautiful decor and a cozy atmosphere",
            "nice atmosphere, [warm lights|bamboo everywhere]",
        ),
        -1: ("the decor is outdated", "the place looks run down"),
    },
    "noise": {
        1: ("it was quiet enough to talk",),
        -1: ("it was too loud to talk", "very noisy room"),
    },
    "space": {
        1: ("spacious tables",),
        -1: ("the tables are cramped", "it is tiny and crowded inside"),
    },
    "cleanliness": {
        1: ("everything was spotless", "a very clean place"),
        -1: ("the table was dirty", "there was a hair in my soup"),
    },
    "portion": {1: ("generous portions",), -1: ("the portions were small, still hungry",)},
    "taste": {
        1: (
            "the {dish} was delicious",
            "the {dish} was [so|very] tasty and fresh",
            "loved the {dish}, full of flavour",
            "the {dish} was tender and juicy",
        ),
        -1: ("the {dish} was bland", "the {dish} was too salty", "the {dish} was greasy and cold"),
    },
    "look": {1: ("the dishes are beautifully presented",), -1: ("the {dish} looked unappetizing",)},
    "easy_to_find": {1: ("easy to find",), -1: ("hard to find inside the mall",)},
    "parking": {1: ("easy parking",), -1: ("no parking nearby",)},
    "traffic": {1: ("close to the metro",), -1: ("hard to get to",)},
    "recommendation": {
        1: ("highly recommend the {dish}",),
        -1: ("I would not recommend the {dish}",),
    },
    "overall": {
        1: ("we will come back", "a great evening overall"),
        0: ("an ordinary meal", "about what we expected"),
        -1: ("very disappointed", "we will not come back"),
    },
    "delivery_time": {1: ("delivery was fast",), -1: ("the delivery was late",)},
    "order_accuracy": {1: ("the order was complete",), -1: ("an item was missing from the order",)},
    "packaging": {1: ("well packed and still hot",), -1: ("the soup leaked from the packaging",)},
}

RETAIL: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "quality": {
        1: ("the {goods} are good quality, well made",),
        -1: ("the {goods} are poor quality, broke after a week",),
    },
    "look": {1: ("the {goods} look beautiful",), -1: ("the colour is different from the picture",)},
    "taste_freshness": {1: ("the noodles taste fresh",), -1: ("the snacks were stale",)},
    "price": {1: ("affordable and good value",), -1: ("overpriced for what it is",)},
    "logistics": {1: ("fast delivery",), -1: ("arrived late, {days} of waiting",)},
    "packaging": {1: ("nicely packaged",), -1: ("the box arrived crushed",)},
    "order_accuracy": {1: ("order was complete",), -1: ("they sent the wrong item",)},
    "customer_service": {
        1: ("helpful customer service",),
        -1: ("customer service was rude and unhelpful",),
    },
    "after_sales": {1: ("quick refund",), -1: ("they refused to refund me",)},
    "ease_of_use": {1: ("easy to use",), -1: ("hard to use without instructions",)},
    "overall": {
        1: ("very satisfied, would recommend",),
        0: ("as described",),
        -1: ("disappointed, do not buy",),
    },
}

REPLACED_DRINK = (
    "they no longer serve the {drink}, it was replaced without a word",
    "the {drink} I came for is gone, they brought something bottled instead",
)
