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


def read():
    kinds, definitions = [], {}
    current = None
    with open(os.path.join(HERE, "schema.txt"), encoding="utf-8") as f:
        for line in f:
            words = line.split()
            if line.startswith("#") or not words:
                continue
            if words[0] == "kind" and not line.startswith(" "):
                group, version, kind, definition = words[1:]
                kinds.append(("" if group == "-" else group, version, kind, definition))
            elif words[0] == "definition" and not line.startswith(" "):
                current = definitions.setdefault(words[1], [])
            else:
                current.append((words[0], words[1].rstrip("!"), words[1].endswith("!"), words[2].split("|") if len(words) > 2 else []))
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
        return f"{self.known[text]}, {len(text)}"


def split_type(text, number):
    shape = ""
    while text.startswith(("[]", "{}")):
        shape, text = shape + text[:2], text[2:]
    if text in TYPES:
        return SHAPES.index(shape), TYPES.index(text), 0
    return SHAPES.index(shape), STRUCTURE, number[text]


def literal(text):
    return "\n".join(f'    "{text[i:i + 120]}"' for i in range(0, len(text), 120))


def generate():
    kinds, definitions = read()
    names = sorted(definitions)
    number = {name: i for i, name in enumerate(names)}
    pool = Pool()
    for text in sorted({f[0] for fields in definitions.values() for f in fields}, key=lambda t: (-len(t), t)):
        pool.add(text)
    fields, choices, rows = [], [], []
    for name in names:
        rows.append(f"    {{{len(fields)}, {len(definitions[name])}}},")
        for field, type_name, required, values in sorted(definitions[name]):
            shape, base, target = split_type(type_name, number)
            first = len(choices)
            choices += [f"    {{{pool.add(value)}}}," for value in values]
            fields.append(f"    {{{pool.add(field)}, {target}, {first}, {len(values)}, {shape}, {base}, {int(required)}}},")
    kind_rows = [f"    {{{{{pool.add(g)}}}, {{{pool.add(v)}}}, {{{pool.add(k)}}}, {number[d]}}}," for g, v, k, d in sorted(kinds)]
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
