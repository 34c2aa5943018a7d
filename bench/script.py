"""The peer: the script an analyst writes today."""

import sys

import pandas
from snownlp import SnowNLP

if __name__ == "__main__":
    frame = pandas.read_csv(sys.argv[1])
    frame["sentiment"] = [SnowNLP(text).sentiments for text in frame["review"]]
    frame["negative"] = frame["sentiment"] < 0.5
    print(frame.groupby("category")["negative"].agg(["mean", "count"]).sort_values("mean"))
