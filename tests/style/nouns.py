#!/usr/bin/env python3
"""Prints nouns of the C tree that stand for two things. Reads the paths of files.

    nouns.py files      stems that two files have
    nouns.py types      structs, enums, unions and typedefs that two places define
    nouns.py functions  exported functions whose name another file defines as well
    nouns.py prefixes   exported functions that begin with no noun of their header:
                        neither its name nor that of a type which it defines
"""
import collections
import os
import re
import sys

TYPE = re.compile(r"^[ \t]*(?:typedef |static |const )*(?:struct|enum|union) (\w+)\s*\{", re.M)
FUNCTION_TYPE = re.compile(r"^typedef [^;{]*?\(?\*?\b(\w+)\)?\([^;]*\);", re.M | re.S)
DEFINITION = re.compile(
    r"^((?:[A-Za-z_][\w ]*?[ *]+)+?)(\w+)\([^;{}]*?\)[^;{}()]*\n\{", re.M)

# Exported functions whose header has another noun, and why.
EXCEPTIONS = {
    "clock_milliseconds": "what deadlines are measured by; a header of its own says no more",
    "plain_file_read": "trusted_file_read without the trust: whoever reads one meets the other",
}


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]


def read(path):
    """The text without comments, directives and strings, which only confuse."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"^[ \t]*#(?:.*\\\n)*.*$", "", text, flags=re.M)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    return re.sub(r"\s*__attribute__\(\(.*?\)\)\)?", "", text, flags=re.S)


def without_bodies(text):
    while True:
        shorter = re.sub(r"\{[^{}]*\}", "", text)
        if shorter == text:
            return text
        text = shorter


def types(text):
    return TYPE.findall(text) + FUNCTION_TYPE.findall(text)


def declared(text):
    """The functions that a header declares."""
    for statement in without_bodies(text).split(";"):
        statement = " ".join(statement.split())
        name = re.search(r"\b(\w+) ?\(", statement)
        if name and not name.group(1).isupper() and not statement.startswith("typedef"):
            yield name.group(1)


def tell_repeats(places):
    for noun, where in sorted(places.items()):
        if len(where) > 1:
            print(noun + ":", " ".join(sorted(where)))


def files(paths):
    places = collections.defaultdict(set)
    for path in paths:
        places[stem(path)].add(os.path.splitext(path)[0])
    tell_repeats(places)


def all_types(paths):
    places = collections.defaultdict(list)
    for path in paths:
        for noun in types(read(path)):
            places[noun].append(path)
    tell_repeats(places)


def functions(paths):
    places, exported = collections.defaultdict(set), {"main"}
    for path in paths:
        if not path.endswith(".c"):
            continue
        for words, name in DEFINITION.findall(read(path)):
            places[name].add(path)
            if "static" not in words.split():
                exported.add(name)
    tell_repeats({name: where for name, where in places.items()
                  if name in exported and name != "main"})


def begins_with(name, noun):
    """A noun may be in the plural in one of the two."""
    singular = noun[:-1] if noun.endswith("s") else noun
    return re.match(re.escape(singular) + r"s?(_|$)", name) is not None


def prefixes(paths):
    for path in sorted(paths):
        if not path.endswith(".h"):
            continue
        text = read(path)
        nouns = [stem(path)] + types(text)
        for name in declared(text):
            if name not in EXCEPTIONS and not any(begins_with(name, noun) for noun in nouns):
                print(name, path)


if __name__ == "__main__":
    {"files": files, "types": all_types, "functions": functions,
     "prefixes": prefixes}[sys.argv[1]]([line.strip() for line in sys.stdin])
