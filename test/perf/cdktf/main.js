// SPDX-License-Identifier: Apache-2.0
// The reference of the build benchmark: reads the repository that perf-generate wrote and emits the
// resources that `tidegate build` emits, with CDKTF as its users would write it. Only synthesis: no
// providers, no checks, no archive. The cheapest imports: single files, not the package's index.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { App } = require("cdktf/lib/app");
const { TerraformStack } = require("cdktf/lib/terraform-stack");
const { TerraformResource } = require("cdktf/lib/terraform-resource");
const { TerraformVariable } = require("cdktf/lib/terraform-variable");

const [repository, outdir] = process.argv.slice(2);
if (!outdir) {
  console.error("usage: node main.js REPOSITORY OUTDIR");
  process.exit(64);
}

// Object kinds in the order in which they depend on each other.
const kinds = [
  ["linkedService", "linked_service", "linkedservices"],
  ["dataset", "dataset", "datasets"],
  ["pipeline", "pipeline", "pipelines"],
];

// Text that Terraform must not take for a template.
function escaped(value) {
  if (typeof value === "string") return value.replaceAll("${", "$${").replaceAll("%{", "%%{");
  if (Array.isArray(value)) return value.map(escaped);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [escaped(key), escaped(member)]));
  }
  return value;
}

function references(value, found) {
  if (Array.isArray(value)) {
    for (const member of value) references(member, found);
  } else if (value !== null && typeof value === "object") {
    if (typeof value.referenceName === "string" && typeof value.type === "string") {
      found.add(value.type + "/" + value.referenceName);
    }
    for (const member of Object.values(value)) references(member, found);
  }
  return found;
}

// Activities that upload links must reach: path of the notebook or jar -> address.
function link(value, links) {
  if (Array.isArray(value)) return value.map((member) => link(member, links));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key,
      (key === "notebookPath" || key === "jar") && typeof member === "string"
        ? links.get(path.posix.basename(member)) ?? member
        : link(member, links)]));
  }
  return value;
}

class Resource extends TerraformResource {
  constructor(scope, id, type, attributes, dependsOn) {
    super(scope, id, { terraformResourceType: type, dependsOn });
    this.overrideLogicalId(id);
    this.attributes = attributes;
  }
  synthesizeAttributes() {
    return this.attributes;
  }
}

const app = new App({ outdir, skipValidation: true });
const stack = new TerraformStack(app, "service");
for (const name of ["data_factory_id", "workspace_root", "volume_path"]) {
  new TerraformVariable(stack, name, { type: "string" }).overrideLogicalId(name);
}

function upload(folder, type, root) {
  const links = new Map();
  if (!fs.existsSync(folder)) return links;
  for (const file of fs.readdirSync(folder).sort()) {
    const bytes = fs.readFileSync(path.join(folder, file));
    const digest = crypto.createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    const name = path.parse(file).name;
    const id = name.replace(/[^A-Za-z0-9_]/g, "_");
    new Resource(stack, type + "_" + id, type, {
      path: "${var." + root + "}/perf/" + digest + "/" + (type === "databricks_file" ? file : name),
      source: "${path.module}/../files/" + path.basename(folder) + "/" + file,
    }).overrideLogicalId(id);
    links.set(type === "databricks_file" ? file : name, "${" + type + "." + id + ".path}");
  }
  return links;
}

const links = new Map([
  ...upload(path.join(repository, "notebooks"), "databricks_notebook", "workspace_root"),
  ...upload(path.join(repository, "libs", "prebuilt"), "databricks_file", "volume_path"),
]);

const addresses = new Map();
const referenceTypes = { linkedService: "LinkedServiceReference", dataset: "DatasetReference", pipeline: "PipelineReference" };
const later = [];
for (const [folder, prefix, arm] of kinds) {
  const directory = path.join(repository, "adf", folder);
  for (const file of fs.readdirSync(directory).sort()) {
    const object = JSON.parse(fs.readFileSync(path.join(directory, file), "utf8"));
    const id = prefix + "_" + object.name.replace(/[^A-Za-z0-9_]/g, "_");
    addresses.set(referenceTypes[folder] + "/" + object.name, "azapi_resource." + id);
    later.push([id, arm, object]);
  }
}
for (const [id, arm, object] of later) {
  const dependsOn = [...references(object.properties, new Set())].map((key) => addresses.get(key)).filter(Boolean).sort();
  const resource = new Resource(stack, id, "azapi_resource", {
    type: "Microsoft.DataFactory/factories/" + arm + "@2018-06-01",
    name: object.name,
    parent_id: "${var.data_factory_id}",
    body: { properties: link(escaped(object.properties), links) },
    schema_validation_enabled: false,
  });
  if (dependsOn.length > 0) resource.dependsOn = dependsOn;
  resource.lifecycle = { createBeforeDestroy: true };
}
app.synth();
