#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reduces the published Data Factory types to what the checks need: lib/adf/data/types.txt.

Usage: reduce.py types.json values.tsv > types.txt. Run by hand when one of them changes; the origin
of the first stands in lib/adf/data/README.md, the second lies there. Scalars and values that may be
an Expression become type 0, but for texts of a fixed list: the checks look at names, required
properties, discriminators and such texts, never at the kind of a scalar.
"""
import json
import sys

ROOTS = ["pipelines", "datasets", "linkedservices", "dataflows", "triggers", "integrationRuntimes",
         "credentials", "factories", "managedVirtualNetworks",
         "managedVirtualNetworks/managedPrivateEndpoints"]

# Words that decide what runs when, and what a value is: the service takes no other. Elsewhere a
# connector may know more values than were published.
CLOSED = {("Activity", "state"), ("Activity", "onInactiveMarkAs"),
          ("ActivityDependency", "dependencyConditions"),
          ("ParameterSpecification", "type"), ("VariableSpecification", "type"),
          ("GlobalParameterSpecification", "type"), ("Trigger", "runtimeState"),
          ("ScheduleTriggerRecurrence", "frequency"), ("RecurrenceSchedule", "weekDays"),
          ("RecurrenceScheduleOccurrence", "day"), ("TumblingWindowTriggerTypeProperties", "frequency"),
          ("BlobEventsTriggerTypeProperties", "events")}


def read_documented(path):
    documented = {}
    for line in open(path, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            holder, name, values = line.rstrip("\n").split("\t")
            documented[holder, name] = values.split(" ")
    return documented


def main():
    types = json.load(open(sys.argv[1], encoding="utf-8"))
    documented = read_documented(sys.argv[2])
    number = {}   # index in the source, or a list of values -> number here; 0 is "anything"
    order = []

    def place_values(values, closed):
        unique = {}
        for value in values:
            unique.setdefault(value.strip().lower(), value.strip())
        key = ("closed" if closed else "open", tuple(sorted(unique.values(), key=str.lower)))
        if key not in number:
            number[key] = len(order) + 1
            order.append(key)
        return number[key]

    # The type of a property of `holder`: its list of values, if there is one.
    def place_member(holder, name, source):
        kind = types[source]["$type"]
        more = documented.get((holder, name)) or documented.get(("*", name))
        closed = (holder, name) in CLOSED
        # Types of references and expressions are looked for wherever they stand.
        walked = name == "type" and (holder.endswith("Reference") or holder == "Expression")
        if kind == "UnionType" and not walked:
            published = [types[index(e)].get("value") for e in types[source]["elements"]]
            return place_values([v for v in published if v] + ([v.lstrip("+") for v in more] if more else []), closed)
        if kind == "AnyType" and more:
            return place_values(more, closed)
        if kind == "ArrayType" and types[index(types[source]["itemType"])]["$type"] == "UnionType":
            values = place_member(holder, name, index(types[source]["itemType"]))
            if ("array", values) not in number:
                number["array", values] = len(order) + 1
                order.append(("array", values))
            return number["array", values]
        return place(source)

    def index(reference):
        return int(reference["$ref"][2:])

    def place(source):
        kind = types[source]["$type"]
        if kind not in ("ObjectType", "DiscriminatedObjectType", "ArrayType"):
            return 0
        if source not in number:
            number[source] = len(order) + 1
            order.append(source)
        return number[source]

    out = []
    for root in ROOTS:
        name = "Microsoft.DataFactory/factories" + ("" if root == "factories" else "/" + root)
        resource = next(t for t in types if t["$type"] == "ResourceType" and t["name"] == name + "@2018-06-01")
        body = types[index(resource["body"])]
        out.append("root\t%s\t%d" % (root, place(index(body["properties"]["properties"]["type"]))))
    at = 0
    while at < len(order):
        source = order[at]
        at += 1
        if isinstance(source, tuple):
            if source[0] == "array":
                out.append("array\t%d" % source[1])
            else:
                out.append("values\t%s" % source[0])
                out.extend("\t= %s\t0" % value for value in source[1])
            continue
        kind = types[source]
        if kind["$type"] == "ArrayType":
            out.append("array\t%d" % place(index(kind["itemType"])))
            continue
        rest = kind.get("additionalProperties")
        tail = "-" if rest is None else str(place(index(rest)))
        if kind["$type"] == "ObjectType":
            out.append("object\t%s\t%s" % (kind["name"], tail))
        else:
            out.append("variant\t%s\t%s" % (kind["name"], kind["discriminator"]))
        members = kind.get("properties") or kind.get("baseProperties") or {}
        for name, member in sorted(members.items(), key=lambda m: m[0].lower()):
            mark = "!" if member["flags"] & 1 else ""
            out.append("\t%s%s\t%d" % (name, mark, place_member(kind["name"], name, index(member["type"]))))
        for value, element in sorted(kind.get("elements", {}).items(), key=lambda m: m[0].lower()):
            out.append("\t= %s\t%d" % (value, place(index(element))))
    print("\n".join(out))


main()
