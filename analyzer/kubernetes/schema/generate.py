#!/usr/bin/env python3
"""Makes schema_tables.cc from schema.txt: constant tables, nothing to do at start-up.

    generate.py            writes ../schema_tables.cc
    generate.py --check    fails when it is not what schema.txt says
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "..", "schema_tables.cc")
TYPES = ["text", "int32", "int64", "number", "bool", "bytes", "time", "quantity", "int-or-text", "schema-or-bool", "any"]
STRUCTURE = len(TYPES)
SHAPES = ["", "[]", "{}", "{}[]"]


class Field:
    """One line of a definition: NAME TYPE and what is said about it."""

    def __init__(self, line):
        line, _, self.default = line.strip().partition(" default=")
        self.name, self.type, *words = line.split()
        self.required = "?!".find(self.type[-1]) + 1
        self.type = self.type.rstrip("?!")
        self.choices, self.since, self.until, self.unique, self.gate, self.deprecated = [], 0, 0, "", "", 0
        for word in words:
            key, equals, value = word.partition("=")
            if not equals and key == "deprecated":
                self.deprecated = 1
            elif not equals:
                self.choices = key.split("|")
            elif key in ("since", "until"):
                setattr(self, key, int(value))
            elif key in ("unique", "gate"):
                setattr(self, key, value)
            else:
                sys.exit(f"schema.txt: what is {word}?")


class Kind:
    def __init__(self, words):
        self.group, self.version, self.kind, self.definition, scope, *window = words
        self.group = self.group.replace("-", "", 1) if self.group == "-" else self.group
        self.namespaced = int(scope == "namespaced")
        window = dict(word.split("=") for word in window)
        self.since, self.until = int(window.get("since", 0)), int(window.get("until", 0))


def read():
    kinds, definitions = [], {}
    current = None
    with open(os.path.join(HERE, "schema.txt"), encoding="utf-8") as f:
        for line in f:
            words = line.split()
            if line.startswith("#") or not words:
                continue
            if words[0] == "kind" and not line.startswith(" "):
                kinds.append(Kind(words[1:]))
            elif words[0] == "definition" and not line.startswith(" "):
                current = definitions.setdefault(words[1], [])
            else:
                current.append(Field(line))
    return kinds, definitions


class Pool:
    """Texts packed one after the other; a text is known by its offset and length."""

    def __init__(self):
        self.text, self.known = "", {}

    def add(self, text):
        if text not in self.known:
            found = self.text.find(text)
            if found < 0:
                found = len(self.text)
                self.text += text
            self.known[text] = found
        if self.known[text] + len(text) > 0xffff:
            sys.exit("the texts do not fit into 16 bits")
        return f"{self.known[text]}, {len(text)}"


def split_type(text, number):
    shape = ""
    while text.startswith(("[]", "{}")):
        shape, text = shape + text[:2], text[2:]
    if text in TYPES:
        return SHAPES.index(shape), TYPES.index(text), 0
    return SHAPES.index(shape), STRUCTURE, number[text]


def quoted(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')


def literal(text):
    return "\n".join(f'    "{quoted(text[i:i + 120])}"' for i in range(0, len(text), 120))


def generate():
    kinds, definitions = read()
    names = sorted(definitions)
    number = {name: i for i, name in enumerate(names)}
    pool = Pool()
    for text in sorted({f.name for fields in definitions.values() for f in fields}, key=lambda t: (-len(t), t)):
        pool.add(text)
    fields, choices, rows = [], [], []
    for name in names:
        rows.append(f"    {{{{{pool.add(name.rsplit('.', 1)[1])}}}, {len(fields)}, {len(definitions[name])}}},")
        for field in sorted(definitions[name], key=lambda f: f.name):
            shape, base, target = split_type(field.type, number)
            first = len(choices)
            choices += [f"    {{{pool.add(value)}}}," for value in field.choices]
            texts = ", ".join(f"{{{pool.add(text)}}}" for text in (field.name, field.default, field.gate, field.unique))
            fields.append(f"    {{{texts}, {target}, {first}, {len(field.choices)}, {shape}, {base}, {field.required}, "
                          f"{field.since}, {field.until}, {field.deprecated}}},")
    number["-"] = 0xffff
    kind_rows = [f"    {{{{{pool.add(k.group)}}}, {{{pool.add(k.version)}}}, {{{pool.add(k.kind)}}}, {number[k.definition]}, "
                 f"{k.namespaced}, {k.since}, {k.until}}},"
                 for k in sorted(kinds, key=lambda k: (k.group, k.version, k.kind))]
    return "\n".join([
        "// Made from schema/schema.txt by schema/generate.py.", "", '#include "analyzer/kubernetes/schema_tables.h"', "",
        "namespace plimsoll::kubernetes::schema_tables {", "", "// clang-format off",
        "extern constexpr char texts[] =", literal(pool.text) + ";", "",
        "extern constexpr FieldRow fields[] = {", *fields, "};", "",
        "extern constexpr TextRow choices[] = {", *choices, "};", "",
        "extern constexpr DefinitionRow definitions[] = {", *rows, "};", "",
        "extern constexpr KindRow kinds[] = {", *kind_rows, "};",
        f"extern constexpr unsigned kind_count = {len(kinds)};", "// clang-format on", "", "}", ""])


def main():
    text = generate()
    if "--check" in sys.argv:
        with open(TARGET, encoding="utf-8") as f:
            same = f.read() == text
        print("1 passed, 0 failed" if same else "schema_tables.cc differs from schema.txt: run generate.py\n0 passed, 1 failed")
        return 0 if same else 1
    with open(TARGET, "w", encoding="utf-8") as f:
        f.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
