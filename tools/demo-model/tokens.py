"""CLIP's byte-pair tokens, for the words of the captions.

Reads the vocabulary file of CLIP (`bpe_simple_vocab_16e6.txt.gz`, as it comes with open-clip-torch). Only the
rows of the words below are trained; every other row of the table gets the vector of `UNKNOWN`.
"""
import gzip
import importlib.util
import os
import re

import captions

START, END, LENGTH, ROWS = 49406, 49407, 77, 49408


def vocabulary_file():
    spec = importlib.util.find_spec("open_clip")
    return os.path.join(os.path.dirname(spec.origin), "bpe_simple_vocab_16e6.txt.gz")


class Tokenizer:
    """Lower-case English text to token numbers, as CLIP's tokenizer gives them."""

    def __init__(self, path=None):
        with gzip.open(path or vocabulary_file(), "rt", encoding="utf-8") as file:
            merges = file.read().split("\n")[1:49152 - 256 - 2 + 1]
        merges = [tuple(line.split()) for line in merges]
        printable = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
        letters = [chr(b) for b in printable] + [chr(256 + n) for n in range(256 - len(printable))]
        names = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in merges]
        self.number = {name: i for i, name in enumerate(names)}
        self.rank = {pair: i for i, pair in enumerate(merges)}
        self.known = {}

    def word(self, word):
        if word not in self.known:
            pieces = list(word[:-1]) + [word[-1] + "</w>"]
            while len(pieces) > 1:
                pairs = [(self.rank.get(pair, 1 << 30), i) for i, pair in enumerate(zip(pieces, pieces[1:]))]
                best, i = min(pairs)
                if best == 1 << 30:
                    break
                pieces[i:i + 2] = [pieces[i] + pieces[i + 1]]
            self.known[word] = [self.number[piece] for piece in pieces]
        return self.known[word]

    def __call__(self, text):
        words = re.findall(r"[a-z]+|[0-9]|[^\sa-z0-9]+", text.lower())
        return [token for word in words for token in self.word(word)]


class Rows:
    """The rows of the token table that are trained, numbered without gaps. Row 0 stands for all others."""
    UNKNOWN, START, END = 0, 1, 2

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        tokens = sorted({token for phrase in captions.all_phrases() for token in tokenizer(phrase)})
        self.tokens = [None, START, END] + tokens
        self.row = {token: i for i, token in enumerate(self.tokens)}

    def __len__(self):
        return len(self.tokens)

    def __call__(self, text, rng=None):
        """Row numbers of `text`, 77 of them. With `rng`, now and then with words that nobody knows."""
        rows = [self.row.get(token, self.UNKNOWN) for token in self.tokenizer(text)]
        if rng is not None:
            while rng.random() < 0.12:
                rows.insert(rng.randint(0, len(rows)), self.UNKNOWN)
        rows = [self.START] + rows[:LENGTH - 2]
        return rows + [self.END] * (LENGTH - len(rows))
