"""The two tables of the warehouse."""

import pyarrow as pa

OBSERVATIONS = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("signal", pa.int64(), nullable=False),  # position in the inbox
        pa.field("voice", pa.int64()),  # the verbatim behind it, where there is one
        pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("day", pa.date32(), nullable=False),  # in the company's time zone
        pa.field("month", pa.string(), nullable=False),  # partition, '2026-07'
        pa.field("family", pa.string(), nullable=False),  # voice, opinion, score, event
        pa.field("code", pa.string(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("polarity", pa.int8()),  # -1, 0, 1; NPS: detractor, passive, promoter
        pa.field("strength", pa.float32()),  # of an opinion, 1..5
        pa.field("weight", pa.float64(), nullable=False),
        # Whether this row is its signal's first of this code (and its first negative one):
        # summing them counts voices exactly, however many opinions a voice holds.
        pa.field("first", pa.int8(), nullable=False),
        pa.field("first_negative", pa.int8(), nullable=False),
        pa.field("customer", pa.int64()),  # surrogate key: no identity enters the warehouse
        pa.field("segment", pa.string(), nullable=False),
        pa.field("channel", pa.string(), nullable=False),
        pa.field("product", pa.string(), nullable=False),
        pa.field("brand", pa.string(), nullable=False),
        pa.field("unit", pa.int64()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("language", pa.string(), nullable=False),
    ]
)

# What cells can be told apart by; the first three every cell has.
ALWAYS = ("day", "family", "code")
DIMENSIONS = (*ALWAYS, "unit", "channel", "brand", "segment", "product", "source")
# Scores 0..10 are counted one by one; medians, top boxes and NPS come from these.
HISTOGRAM = tuple(f"h{score}" for score in range(11))
SUMS = (
    "n",
    "signals",
    "negative_signals",
    "positives",
    "neutrals",
    "negatives",
    "strength_positive",
    "strength_negative",
    "w",
    "w2",
    "wx",
    "wx2",
    *HISTOGRAM,
)
STRENGTHS = {"strength_positive", "strength_negative"}
FLOAT_SUMS = STRENGTHS | {"w", "w2", "wx", "wx2"}

CELLS = pa.schema(
    [
        pa.field("cuboid", pa.string(), nullable=False),  # partition, which rollup the cell is of
        pa.field("month", pa.string(), nullable=False),  # partition, '2026-07'
        # The first of the month in rollups by month.
        *(OBSERVATIONS.field(name) for name in ALWAYS),
        # Null where the rollup does not tell them apart.
        *(OBSERVATIONS.field(name).with_nullable(True) for name in DIMENSIONS[len(ALWAYS) :]),
        *(
            pa.field(name, pa.float64() if name in FLOAT_SUMS else pa.int64(), nullable=False)
            for name in SUMS
        ),
    ]
)
