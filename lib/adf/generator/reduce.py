#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reduces the published Data Factory types to what the checks need: lib/adf/data/types.txt.

Usage: reduce.py types.json > types.txt. Run by hand when the published types change; the file's
origin stands in lib/adf/data/README.md. Scalars and values that may be an Expression become type 0:
the checks look at names, required properties and discriminators, never at the kind of a scalar.
"""
import json
import sys

ROOTS = ["pipelines", "datasets", "linkedservices", "dataflows", "triggers", "integrationRuntimes",
         "credentials", "factories", "managedVirtualNetworks",
         "managedVirtualNetworks/managedPrivateEndpoints"]


def main():
    types = json.load(open(sys.argv[1], encoding="utf-8"))
    number = {}   # index in the source -> number here; 0 is "anything"
    order = []

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
        kind = types[order[at]]
        at += 1
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
            out.append("\t%s%s\t%d" % (name, mark, place(index(member["type"]))))
        for value, element in sorted(kind.get("elements", {}).items(), key=lambda m: m[0].lower()):
            out.append("\t= %s\t%d" % (value, place(index(element))))
    print("\n".join(out))


main()
