"""Keys derived from a signal's position, so that applying it twice writes the same rows.

A signal at position *p* owns the row keys ``p*16 … p*16+15`` (a response is the first, its
open answers are voices ``p*16 + k``), a voice owns 64 opinion keys, and each row owns a block of
1,024 observation keys.
"""

from peakend.opinions.services import PER_VOICE

PER_SIGNAL = 16
PER_ROW = PER_VOICE * PER_SIGNAL
OPINIONS_FROM = PER_VOICE * 2  # within a row's block
SCORES_FROM = PER_VOICE * 4
