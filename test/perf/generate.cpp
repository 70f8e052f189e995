// SPDX-License-Identifier: Apache-2.0
// Input of the benchmarks, the same bytes on every run:
//   perf-generate service COUNT DIR     a service with COUNT pipelines, datasets and linked services,
//                                       half as many notebooks, a tenth as many jars
//   perf-generate plan MEGABYTES FILE   a Terraform plan of that size with one destroyed container
// Sizes follow public repositories: 5 to 12 activities and 4 to 8 KB a pipeline, 2 to 30 KB a change.
#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/exit_code.hpp"

namespace {

namespace fs = std::filesystem;

// Compact JSON text -> the way Data Factory Studio writes it: a tab a level, no newline at the end.
std::string indented(std::string_view compact) {
  std::string out;
  out.reserve(compact.size() * 2);
  std::size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] { out.append(1, '\n').append(depth, '\t'); };
  for (std::size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    if (in_string) {
      out += c;
      if (c == '\\') out += compact[++i];
      if (c == '"') in_string = false;
      continue;
    }
    switch (c) {
      case '"': in_string = true; out += c; break;
      case '{': case '[':
        out += c;
        if (compact[i + 1] == '}' || compact[i + 1] == ']') { out += compact[++i]; break; }
        ++depth;
        new_line();
        break;
      case '}': case ']': --depth; new_line(); out += c; break;
      case ',': out += c; new_line(); break;
      case ':': out += ": "; break;
      default: out += c;
    }
  }
  return out;
}

// Small generator of its own: the standard distributions differ between libraries.
class Sequence {
 public:
  explicit Sequence(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}
  std::uint64_t next() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return state_;
  }
  std::size_t between(std::size_t low, std::size_t high) { return low + next() % (high - low + 1); }

 private:
  std::uint64_t state_;
};

bool write_file(const fs::path& path, std::string_view bytes) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) fmt::print(stderr, "cannot write {}\n", path.string());
  return static_cast<bool>(file);
}

std::string expression(std::string_view text) {
  return fmt::format(R"({{"value":"{}","type":"Expression"}})", text);
}

std::string reference(std::string_view name, std::string_view kind) {
  return fmt::format(R"("referenceName":"{}","type":"{}Reference")", name, kind);
}

// ---- service ------------------------------------------------------------------------------------

constexpr std::size_t output_lake = 3;  // every output lies here: one produced location

// 0 Databricks, 1 Key Vault, 2 SQL, all others lakes; the pattern repeats every ten.
std::string linked_service(std::size_t index) {
  const std::string vault = fmt::format(R"({{{}}})", reference("ls_0001", "LinkedService"));
  switch (index % 10) {
    case 0:
      return fmt::format(
          R"({{"annotations":[],"type":"AzureDatabricks","typeProperties":{{"domain":"https://adb-1000000000000001.1.azuredatabricks.net","accessToken":{{"type":"AzureKeyVaultSecret","store":{},"secretName":"databricks-token"}},"newClusterNodeType":"Standard_DS3_v2","newClusterNumOfWorker":"2","newClusterSparkEnvVars":{{"PYSPARK_PYTHON":"/databricks/python3/bin/python3"}},"newClusterVersion":"15.4.x-scala2.12","newClusterInitScripts":[]}}}})",
          vault);
    case 1:
      return R"({"annotations":[],"type":"AzureKeyVault","typeProperties":{"baseUrl":"https://kv-perf.vault.azure.net/"}})";
    case 2:
      return fmt::format(
          R"({{"annotations":[],"type":"AzureSqlDatabase","typeProperties":{{"server":"sql-perf.database.windows.net","database":"shop{}","encrypt":"mandatory","trustServerCertificate":false,"authenticationType":"SQL","userName":"etl_reader","password":{{"type":"AzureKeyVaultSecret","store":{},"secretName":"sql-{:04}"}}}}}})",
          index, vault, index);
    default:
      return R"({"annotations":[],"type":"AzureBlobFS","typeProperties":{"url":"https://stperf.dfs.core.windows.net/"}})";
  }
}

// Even datasets are outputs below one location, odd ones inputs on the lake of their number.
std::string dataset(std::size_t index) {
  const bool output = index % 2 == 0;
  const std::size_t digit = index % 10;
  const std::size_t lake = output || digit < 3 ? output_lake : index;
  std::string schema;
  for (std::size_t column = 0; column < 8; ++column) {
    schema += fmt::format(R"({}{{"name":"column_{}","type":"UTF8"}})", column == 0 ? "" : ",", column);
  }
  return fmt::format(
      R"({{"linkedServiceName":{{{}}},"parameters":{{"loadDate":{{"type":"string"}}}},"folder":{{"name":"group_{}"}},"annotations":[],"type":"Parquet","typeProperties":{{"location":{{"type":"AzureBlobFSLocation","folderPath":{},"fileSystem":"perf"}},"compressionCodec":"snappy"}},"schema":[{}]}})",
      reference(fmt::format("ls_{:04}", lake), "LinkedService"), index / 10,
      expression(fmt::format("@concat('{}/{:04}/', dataset().loadDate)", output ? "out" : "in", index)), schema);
}

class Pipeline {
 public:
  Pipeline(std::size_t index, std::size_t count) : index_(index), count_(count), choice_(index + 1) {}

  std::string render() {
    const std::size_t wanted = choice_.between(5, 12);
    add("Lookup", "Read settings", fmt::format(
        R"({{"source":{{"type":"ParquetSource","storeSettings":{{"type":"AzureBlobFSReadSettings","recursive":true,"enablePartitionDiscovery":false}},"formatSettings":{{"type":"ParquetReadSettings"}}}},"dataset":{},"firstRowOnly":false}})",
        dataset_use(input(0))), "");
    for (std::size_t i = 1; activities_ < wanted; ++i) add_kind(i);
    return fmt::format(
        R"({{"description":"Loads part {} of the shop's data","activities":[{}],"parameters":{{"loadDate":{{"type":"string","defaultValue":"2025-01-01"}},"days":{{"type":"int","defaultValue":1}}}},"variables":{{"folder":{{"type":"String"}}}},"folder":{{"name":"group_{}"}},"annotations":[]}})",
        index_, text_, index_ / 10);
  }

 private:
  std::size_t other(std::size_t step) const { return (index_ + 2 * step) % count_; }
  std::size_t input(std::size_t step) const { return other(step) | 1U; }
  std::size_t output(std::size_t step) const { return other(step) & ~std::size_t{1}; }

  static std::string dataset_use(std::size_t number) {
    return fmt::format(R"({{{},"parameters":{{"loadDate":{}}}}})", reference(fmt::format("ds_{:04}", number), "Dataset"),
                       expression("@pipeline().parameters.loadDate"));
  }

  static std::string copy(std::size_t from, std::size_t to, std::string_view name) {
    return fmt::format(
        R"({{"name":"{}","type":"Copy","dependsOn":[],"policy":{{"timeout":"0.12:00:00","retry":1,"retryIntervalInSeconds":30,"secureOutput":false,"secureInput":false}},"userProperties":[],"typeProperties":{{"source":{{"type":"ParquetSource","storeSettings":{{"type":"AzureBlobFSReadSettings","recursive":true,"wildcardFileName":"*.parquet","enablePartitionDiscovery":false}},"formatSettings":{{"type":"ParquetReadSettings"}}}},"sink":{{"type":"ParquetSink","storeSettings":{{"type":"AzureBlobFSWriteSettings"}},"formatSettings":{{"type":"ParquetWriteSettings"}}}},"enableStaging":false}},"inputs":[{}],"outputs":[{}]}})",
        name, dataset_use(from), dataset_use(to));
  }

  void add(std::string_view type, std::string name, const std::string& properties, std::string_view rest) {
    text_ += activities_ == 0 ? "" : ",";
    const std::string depends = previous_.empty()
        ? std::string()
        : fmt::format(R"({{"activity":"{}","dependencyConditions":["Succeeded"]}})", previous_);
    const bool control = type == "ForEach" || type == "Wait";
    const std::string_view policy = control ? std::string_view()
        : type == "ExecutePipeline" ? R"("policy":{"secureInput":false},)"
        : type == "SetVariable" ? R"("policy":{"secureOutput":false,"secureInput":false},)"
        : R"("policy":{"timeout":"0.12:00:00","retry":1,"retryIntervalInSeconds":30,"secureOutput":false,"secureInput":false},)";
    text_ += fmt::format(R"({{"name":"{}","type":"{}","dependsOn":[{}],{}"userProperties":[],"typeProperties":{}{}}})",
                         name, type, depends, policy, properties, rest);
    previous_ = std::move(name);
    ++activities_;
  }

  void add_kind(std::size_t position) {
    const std::string databricks =
        fmt::format(R"(,"linkedServiceName":{{{}}})", reference("ls_0000", "LinkedService"));
    const std::size_t notebooks = count_ / 2;
    switch (position) {
      case 1: case 6: case 9:
        add("SetVariable", fmt::format("Set folder {}", position),
            fmt::format(R"({{"variableName":"folder","value":{}}})",
                        expression("@concat('load/', formatDateTime(pipeline().TriggerTime, 'yyyy-MM-dd'), '/', pipeline().RunId)")), "");
        break;
      case 5:
        add("ForEach", fmt::format("For each row {}", position),
            fmt::format(R"({{"items":{},"isSequential":false,"batchCount":4,"activities":[{{"name":"Row is new {}","type":"IfCondition","dependsOn":[],"userProperties":[],"typeProperties":{{"expression":{},"ifTrueActivities":[{}]}}}}]}})",
                        expression("@activity('Read settings').output.value"), position, expression("@equals(item().state, 'new')"),
                        copy(input(position), output(position), fmt::format("Copy row {}", position))), "");
        break;
      case 3: case 7: case 10:
        add("DatabricksNotebook", fmt::format("Transform {}", position),
            fmt::format(R"({{"notebookPath":"/Repos/perf/perf/notebooks/transform_{:04}","baseParameters":{{"load_date":{},"folder":{}}}}})",
                        1 + (index_ + position) % (notebooks - 1), expression("@pipeline().parameters.loadDate"), expression("@variables('folder')")),
            databricks);
        break;
      case 4:
        if (index_ % 10 == 4) {
          add("DatabricksSparkJar", fmt::format("Check {}", position),
              fmt::format(R"({{"mainClassName":"perf.Main{:04}","parameters":[{}],"libraries":[{{"jar":"/Volumes/perf/etl/libraries/checks-{:04}.jar"}}]}})",
                          index_ / 10, expression("@variables('folder')"), index_ / 10), databricks);
        } else if (index_ % 10 < 9 && index_ + 1 < count_) {
          add("ExecutePipeline", fmt::format("Run next {}", position),
              fmt::format(R"({{"pipeline":{{{}}},"waitOnCompletion":true,"parameters":{{"loadDate":{},"days":1}}}})",
                          reference(fmt::format("pl_{:04}", index_ + 1), "Pipeline"), expression("@pipeline().parameters.loadDate")), "");
        } else {
          add("Wait", fmt::format("Wait {}", position), R"({"waitTimeInSeconds":30})", "");
        }
        break;
      case 2: add_copy(position); break;
      default: add("Wait", fmt::format("Wait {}", position), R"({"waitTimeInSeconds":30})", "");
    }
  }

  void add_copy(std::size_t position) {
    std::string whole = copy(input(position), output(position), fmt::format("Copy {}", position));
    const std::string_view none = R"("dependsOn":[])";
    whole.replace(whole.find(none), none.size(),
                  fmt::format(R"("dependsOn":[{{"activity":"{}","dependencyConditions":["Succeeded"]}}])", previous_));
    text_ += "," + whole;
    previous_ = fmt::format("Copy {}", position);
    ++activities_;
  }

  std::size_t index_;
  std::size_t count_;
  Sequence choice_;
  std::string text_{};
  std::string previous_{};
  std::size_t activities_ = 0;
};

std::string notebook(std::size_t index) {
  std::string text = "# Databricks notebook source\n# MAGIC %md\n# MAGIC ### Step " + std::to_string(index) + "\n";
  if (index > 0) text += "\n# COMMAND ----------\n\n# MAGIC %run ./transform_0000\n";
  text += "\n# COMMAND ----------\n\ndbutils.widgets.text(\"load_date\", \"\")\ndbutils.widgets.text(\"folder\", \"\")\n"
          "load_date = dbutils.widgets.get(\"load_date\")\nfolder = dbutils.widgets.get(\"folder\")\n"
          "token = dbutils.secrets.get(scope=\"perf\", key=\"token\")\n";
  for (std::size_t cell = 0; cell < 6; ++cell) {
    text += fmt::format("\n# COMMAND ----------\n\nfrom pyspark.sql import functions as F\n\n"
                        "rows_{0} = (spark.read.table(\"perf.part_{1}\")\n"
                        "           .where(F.col(\"load_date\") == load_date)\n"
                        "           .groupBy(\"key_{0}\").agg(F.sum(\"amount\").alias(\"amount\")))\n"
                        "rows_{0}.write.mode(\"append\").saveAsTable(\"perf.sum_{1}_{0}\")\n", cell, index);
  }
  return text;
}

void big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((value >> (8U * static_cast<unsigned>(i))) & 0xFFU);
}
void little_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8U * static_cast<unsigned>(i))) & 0xFFU);
}

// A class file (major 52) with `public static void main(String[])` that returns at once.
std::string class_file(std::string_view name) {
  std::string out;
  big_endian(out, 0xCAFEBABEU, 4);
  big_endian(out, 52, 4);
  big_endian(out, 8, 2);
  const auto utf8 = [&](std::string_view text) {
    out += '\1';
    big_endian(out, text.size(), 2);
    out += text;
  };
  const auto class_entry = [&](std::uint64_t at) {
    out += '\7';
    big_endian(out, at, 2);
  };
  class_entry(2);
  utf8(name);
  class_entry(4);
  utf8("java/lang/Object");
  utf8("main");
  utf8("([Ljava/lang/String;)V");
  utf8("Code");
  for (const std::uint64_t value : {0x0021U, 1U, 3U, 0U, 0U, 1U, 0x0009U, 5U, 6U, 1U, 7U}) big_endian(out, value, 2);
  big_endian(out, 13, 4);  // attribute length: stack, locals, code length, return, no handlers
  for (const std::uint64_t value : {0U, 1U}) big_endian(out, value, 2);
  big_endian(out, 1, 4);
  out += '\xB1';
  for (int i = 0; i < 2; ++i) big_endian(out, 0, 2);
  big_endian(out, 0, 2);  // no class attributes
  return out;
}

class Zip {
 public:
  void add(std::string_view name, std::string_view bytes) {
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    std::string fields;
    little_endian(fields, 10, 2);                       // version
    little_endian(fields, 0, 2);                        // flags
    little_endian(fields, 0, 2);                        // stored
    little_endian(fields, 0x00210000U, 4);              // 1980-01-01
    little_endian(fields, crc, 4);
    for (int i = 0; i < 2; ++i) little_endian(fields, bytes.size(), 4);
    little_endian(fields, name.size(), 2);
    little_endian(fields, 0, 2);
    directory_ += "PK\1\2";
    little_endian(directory_, 10, 2);
    directory_ += fields;
    for (const int size : {2, 2, 2, 4}) little_endian(directory_, 0, size);
    little_endian(directory_, data_.size(), 4);
    directory_ += name;
    data_.append("PK\3\4").append(fields).append(name).append(bytes);
    ++entries_;
  }
  std::string finish() {
    std::string out = data_ + directory_ + "PK\5\6";
    little_endian(out, 0, 4);
    for (int i = 0; i < 2; ++i) little_endian(out, entries_, 2);
    little_endian(out, directory_.size(), 4);
    little_endian(out, data_.size(), 4);
    little_endian(out, 0, 2);
    return out;
  }

 private:
  std::string data_{};
  std::string directory_{};
  std::uint64_t entries_ = 0;
};

std::string jar(std::size_t index) {
  Zip zip;
  zip.add("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n");
  const std::string name = fmt::format("perf/Main{:04}", index);
  zip.add(name + ".class", class_file(name));
  std::string filler;
  Sequence bytes(index + 77);
  while (filler.size() < 8192) little_endian(filler, bytes.next(), 8);
  zip.add("perf/data.bin", filler);
  return zip.finish();
}

std::string manifest(std::size_t count) {
  std::string text =
      "apiVersion: tidegate/v1\nservice: perf\nowner: team-perf\nversion: 1.0.0\nflavour: adf_databricks\n"
      "adf: {root: adf}\ndatabricks: {notebooks: notebooks, workspaceRoots: [\"/Repos/*/perf\"]}\n"
      "libraries: {jars: libs/prebuilt}\n"
      "produces:\n  - dataset: loads\n    adf: ds_0000\n    format: parquet\n    mode: append\n"
      "    location: {linkedService: ls_0003, path: perf/out}\n"
      "consumes:\n";
  for (std::size_t index = 1; index < count; index += 2) {
    text += fmt::format("  - {{dataset: source_{0:04}, adf: ds_{0:04}, from: external}}\n", index);
  }
  constexpr std::string_view bindings[][3] = {{"lake_url", "url", "DFS endpoint of the lake"},
                                              {"workspace_url", "domain", "Databricks workspace"},
                                              {"vault_url", "baseUrl", "Key Vault"},
                                              {"sql_server", "server", "Server of the shop's database"}};
  text += "bindings:\n";
  for (const auto& [variable, property, description] : bindings) {
    text += fmt::format("  - {{variable: {}, type: string, description: {}, path: \"linkedService/*#/properties/typeProperties/{}\"}}\n",
                        variable, description, property);
  }
  return text;
}

bool write_service(std::size_t count, const fs::path& root) {
  bool ok = write_file(root / "tidegate.yaml", manifest(count));
  const auto object = [&](std::string_view folder, const std::string& name, const std::string& properties) {
    ok = ok && write_file(root / "adf" / folder / (name + ".json"),
                          indented(fmt::format(R"({{"name":"{}","properties":{}}})", name, properties)));
  };
  for (std::size_t index = 0; index < count; ++index) {
    object("linkedService", fmt::format("ls_{:04}", index), linked_service(index));
    object("dataset", fmt::format("ds_{:04}", index), dataset(index));
    object("pipeline", fmt::format("pl_{:04}", index), Pipeline(index, count).render());
  }
  for (std::size_t index = 0; index < count / 2; ++index) {
    ok = ok && write_file(root / "notebooks" / fmt::format("transform_{:04}.py", index), notebook(index));
  }
  for (std::size_t index = 0; index < count / 10; ++index) {
    ok = ok && write_file(root / "libs/prebuilt" / fmt::format("checks-{:04}.jar", index), jar(index));
  }
  return ok;
}

// ---- plan ---------------------------------------------------------------------------------------

constexpr std::string_view factory_id =
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-perf/providers/Microsoft.DataFactory/factories/adf-perf";

std::string resource_values(std::size_t index) {
  return fmt::format(
      R"({{"body":{{"properties":{}}},"id":"{}/pipelines/pl_{:04}","name":"pl_{:04}","parent_id":"{}","schema_validation_enabled":false,"type":"Microsoft.DataFactory/factories/pipelines@2018-06-01"}})",
      Pipeline(index % 1000, 1000).render(), factory_id, index, index, factory_id);
}

// Every section that Terraform writes; an object appears once in each, as in a real plan.
bool write_plan(std::size_t bytes, const fs::path& path) {
  const std::size_t each = resource_values(1).size() * 5;
  const std::size_t count = std::max<std::size_t>(2, bytes / each);
  std::string changes, planned, prior, configuration;
  for (std::size_t index = 0; index < count; ++index) {
    const std::string values = resource_values(index);
    const std::string head = fmt::format(
        R"("address":"azapi_resource.pipeline_pl_{0:04}","mode":"managed","type":"azapi_resource","name":"pipeline_pl_{0:04}","provider_name":"registry.terraform.io/azure/azapi")", index);
    const std::string_view comma = index == 0 ? "" : ",";
    planned += fmt::format(R"({}{{{},"schema_version":2,"values":{}}})", comma, head, values);
    prior += fmt::format(R"({}{{{},"schema_version":2,"values":{}}})", comma, head, values);
    changes += fmt::format(
        R"({}{{{},"change":{{"actions":["{}"],"before":{},"after":{},"after_unknown":{{}},"before_sensitive":{{}},"after_sensitive":{{}}}}}})",
        comma, head, index % 10 == 7 ? "update" : "no-op", values, values);
    configuration += fmt::format(
        R"({}{{"address":"azapi_resource.pipeline_pl_{:04}","mode":"managed","type":"azapi_resource","name":"pipeline_pl_{:04}","provider_config_key":"azapi","expressions":{{"body":{{"constant_value":{}}},"parent_id":{{"references":["var.data_factory_id"]}}}},"schema_version":2}})",
        comma, index, index, values);
    if (index == count / 2) {
      changes +=
          R"(,{"address":"azurerm_storage_container.orders","mode":"managed","type":"azurerm_storage_container","name":"orders","provider_name":"registry.terraform.io/hashicorp/azurerm","change":{"actions":["delete"],"before":{"name":"orders","container_access_type":"private"},"after":null,"after_unknown":{},"before_sensitive":{},"after_sensitive":false},"action_reason":"delete_because_no_resource_config"})";
      prior +=
          R"(,{"address":"azurerm_storage_container.orders","mode":"managed","type":"azurerm_storage_container","name":"orders","provider_name":"registry.terraform.io/hashicorp/azurerm","schema_version":2,"values":{"name":"orders","container_access_type":"private"}})";
    }
  }
  return write_file(path, fmt::format(
      R"({{"format_version":"1.2","terraform_version":"1.15.5","planned_values":{{"root_module":{{"resources":[{}]}}}},"resource_changes":[{}],"prior_state":{{"format_version":"1.0","terraform_version":"1.15.5","values":{{"root_module":{{"resources":[{}]}}}}}},"configuration":{{"root_module":{{"resources":[{}]}}}},"timestamp":"2025-01-06T00:00:00Z","applyable":true,"complete":true,"errored":false}})"
      "\n", planned, changes, prior, configuration));
}

std::size_t parse_count(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc == 4 ? argv[1] : "";
  const std::size_t count = argc == 4 ? parse_count(argv[2]) : 0;
  if (mode == "service" && count >= 10 && count % 10 == 0 && count <= 10000) {
    return tidegate::to_int(write_service(count, argv[3]) ? tidegate::ExitCode::success : tidegate::ExitCode::internal);
  }
  if (mode == "plan" && count >= 1 && count <= 2000) {
    return tidegate::to_int(write_plan(count * 1000 * 1000, argv[3]) ? tidegate::ExitCode::success : tidegate::ExitCode::internal);
  }
  fmt::print(stderr, "usage: perf-generate service COUNT DIR   (COUNT: a multiple of 10, at most 10000)\n"
                     "       perf-generate plan MEGABYTES FILE (at most 2000)\n");
  return tidegate::to_int(tidegate::ExitCode::usage);
}
