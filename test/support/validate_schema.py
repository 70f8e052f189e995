# SPDX-License-Identifier: Apache-2.0
"""validate_schema.py [--closed] [--draft-4 | --draft-7] SCHEMA < DOCUMENTS: one line per document, "ok" or what is wrong.

DOCUMENTS is a JSON array. The schema itself is checked against its metaschema first: exit 3 if it
is none. --closed refuses members that the schema does not name, also where it leaves objects open.
--draft-4, --draft-7: the schema is one of others, in that older draft; the second finds what it refers to beside it.
Exit 4: the package python3-jsonschema is missing.
"""
import json
import pathlib
import sys

try:
    from jsonschema import Draft4Validator, Draft7Validator, Draft202012Validator, RefResolver
    from jsonschema.exceptions import SchemaError
except ImportError as error:
    print(error)
    sys.exit(4)


def close(node):
    if isinstance(node, dict):
        if "properties" in node and node.get("type") == "object":
            node.setdefault("additionalProperties", False)
        for child in node.values():
            close(child)
    elif isinstance(node, list):
        for child in node:
            close(child)


def main(arguments):
    with open(arguments[-1], encoding="utf-8") as file:
        schema = json.load(file)
    draft = {"--draft-4": Draft4Validator, "--draft-7": Draft7Validator}.get(arguments[0], Draft202012Validator)
    if schema.get("$schema", "").rstrip("#") != draft.META_SCHEMA["$schema"].rstrip("#"):
        print("$schema is not " + draft.META_SCHEMA["$schema"])
        return 3
    try:
        draft.check_schema(schema)
    except SchemaError as error:
        print(error.message)
        return 3
    if "--closed" in arguments:
        close(schema)
    validator = draft(schema)
    if "--draft-7" in arguments:
        beside = {}
        for path in pathlib.Path(arguments[-1]).parent.glob("*.json"):
            other = json.loads(path.read_text(encoding="utf-8"))
            beside[other["$id"]] = other
        validator = draft(schema, resolver=RefResolver.from_schema(schema, store=beside))
    for document in json.load(sys.stdin):
        errors = sorted(
            "/" + "/".join(map(str, error.absolute_path)) + ": " + error.message
            for error in validator.iter_errors(document)
        )
        print(" | ".join(errors).replace("\n", " ") or "ok")
    return 0


sys.exit(main(sys.argv[1:]))
