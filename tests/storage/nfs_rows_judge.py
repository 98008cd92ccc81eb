"""Whether each line of the manual's table is true, by what nfs_rows.py saw.

    nfs_rows_judge.py MANUAL COLUMN LONG [SHORT]     prints "ok<tab>TEXT" or "not ok<tab>TEXT<tab>WHY"
    nfs_rows_judge.py MANUAL                         prints the table's texts

COLUMN is kernel or Atelier. LONG is what was seen while attributes held for longer than the look, SHORT
while they held for less. Without SHORT, "in time" is no more than not at once. What is "in time" may be
seen soon as well: names are dropped for the whole volume.
"""
import re
import sys

SOON = 1  # seconds: within half a second, and what a busy machine adds


def table(manual):
    """The lines of the table: (text, {column: word})."""
    with open(manual, encoding="utf-8") as file:
        whole = re.search(r"^What;(.*?)^\.TE", file.read(), re.M | re.S).group(1)
    lines = re.sub(r"T\{\n(.*)\nT\}", r"\1", whole).splitlines()
    heads = lines[0].split(";")
    return [(text, dict(zip(heads, words)))
            for text, *words in (line.split(";") for line in lines[1:])]


def seen(path):
    """What was seen of each text: a list of (seconds or None, what the first look gave)."""
    found = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            took, text, first = line.rstrip("\n").split("\t")
            found.setdefault(text, []).append((None if took == "-" else float(took), first))
    return found


def word_of(took, took_short, shown):
    """What the table should say."""
    if took is not None:
        return ["at once", "soon"] if took == 0 else ["soon", "in time"] if took < SOON else ["later"]
    if not shown:
        return ["in time", "soon", "later", "never"]
    return ["later", "never"] if took_short is None else ["in time"]


def fault(text, word, long, short):
    """Why the word is not true; None when it is."""
    if text not in long or short and len(short.get(text, [])) != len(long[text]):
        return "nothing was tried"
    for number, (took, first) in enumerate(long[text]):
        right = word_of(took, short[text][number][0] if short else None, bool(short))
        if word not in right:
            return f"it is {' or '.join(right)}; at first: {first}"
    return None


def main():
    lines = table(sys.argv[1])
    if len(sys.argv) == 2:
        print("\n".join(text for text, _ in lines))
        return
    column, *files = sys.argv[2:]
    long, short = [*(seen(path) for path in files), None][:2]
    for text, words in lines:
        why = fault(text, words[column], long, short)
        print(f"not ok\t{text}\t{why}" if why else f"ok\t{text}")


if __name__ == "__main__":
    main()
