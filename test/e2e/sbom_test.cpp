// SPDX-License-Identifier: Apache-2.0
// The SBOM of a built artifact, judged by the schema of CycloneDX.
#include <gtest/gtest.h>

#include <filesystem>

#include "document/parse.hpp"
#include "support/schema.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;
using test::TemporaryFolder;

const std::string sample = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";

// Puts another jar and Maven files into the sample's jar, and names libraries in a notebook.
void enrich(const std::string& service) {
  const auto done = system::run_process(
      {.argv = {"python3", "-c", R"PY(
import io, sys, zipfile, glob
service = sys.argv[1]
def archive(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files:
            made.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()
def maven(group, artifact, version):
    return (f"META-INF/maven/{group}/{artifact}/pom.properties", f"groupId={group}\nartifactId={artifact}\nversion={version}\n")
inner = archive([maven("org.inner", "inner", "0.9")])
jar = glob.glob(service + "/libs/prebuilt/*.jar")[0]
with zipfile.ZipFile(jar, "a") as made:
    for name, text in (maven("com.shaded", "guava", "33"), maven("com.shaded", "other", "1"), ("lib/inner-0.9.jar", inner)):
        made.writestr(zipfile.ZipInfo(name), text)
wheel = archive([("orders_checks-1.2.dist-info/METADATA", "Metadata-Version: 2.1\nName: Orders_Checks\nVersion: 1.2\nRequires-Dist: pandas\n\n"), ("orders_checks/__init__.py", "")])
for name, content in (("orders_checks-1.2-py3-none-any.whl", wheel), ("legacy-0.3-py3.10.egg", archive([("EGG-INFO/PKG-INFO", "Name: legacy\nVersion: 0.3\n")]))):
    open(service + "/libs/" + name, "wb").write(content)
pipeline = service + "/adf/pipeline/pl_orders_curate.json"
text = open(pipeline).read()
jar = '"jar": "/Volumes/retail/etl/libraries/orders-quality_2.12-1.2.0.jar"\n\t\t\t\t\t\t}'
assert jar in text
folder = "/Volumes/retail/etl/libraries/"
open(pipeline, "w").write(text.replace(jar, jar + ', {"whl": "' + folder + 'orders_checks-1.2-py3-none-any.whl"}, {"egg": "' + folder + 'legacy-0.3-py3.10.egg"}'))
path = service + "/notebooks/ingest/update_watermark.py"
text = open(path).read()
open(path, "w").write(text + "\n# COMMAND ----------\n\n# MAGIC %pip install pandas==2.1.0 great_expectations\n")
)PY",
                service}});
  ASSERT_TRUE(done.ok() && done->exit_code == 0) << done->err;
  test::git(service, {"add", "-A"});
  test::git(service, {"commit", "-qm", "libraries"});
}

TEST(Sbom, of_a_service_is_valid_the_same_everywhere_and_complete) {
  const TemporaryFolder folder;
  const std::string service = folder.path() + "/s";
  test::make_repository(sample, service);
  enrich(service);
  const auto built = run_program("tidegate", {"build", service, "-o", folder.path() + "/one"});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const std::string artifact = test::find_artifact(folder.path() + "/one");
  const auto printed = run_program("tidegate", {"sbom", artifact});
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_EQ(printed.out, *system::read_file(artifact + ".cdx.json"));
  for (const char* text : {"\"purl\": \"pkg:maven/org.inner/inner@0.9?type=jar\"", "#lib/inner-0.9.jar\"", "\"purl\": \"pkg:maven/com.shaded/guava@33?type=jar\"",
                           "\"purl\": \"pkg:pypi/pandas@2.1.0\"", "\"purl\": \"pkg:pypi/orders-checks@1.2\"", "\"name\": \"Orders_Checks\"",
                           "orders_checks-1.2-py3-none-any.whl\"", "\"purl\": \"pkg:pypi/legacy@0.3\"", "\"value\": \"METADATA\"", "\"value\": \"PKG-INFO\"", "\"purl\": \"pkg:pypi/great-expectations\"", "\"type\": \"file\"",
                           "\"value\": \"terraform-provider\"", "\"tidegate:shaded\""}) {
    EXPECT_NE(printed.out.find(text), std::string::npos) << text << "\n" << printed.out;
  }
  EXPECT_EQ(printed.out.find("timestamp"), std::string::npos);
  EXPECT_EQ(printed.out.find("\"purl\": \"pkg:pypi/pandas\""), std::string::npos);  // what a wheel requires is not here
  // Another version of the same content: the same serial number, for it follows from the content.
  ASSERT_EQ(run_program("tidegate", {"build", service, "-o", folder.path() + "/two", "--version", "8"}).exit_code, 0);
  const std::string other = *system::read_file(test::find_artifact(folder.path() + "/two") + ".cdx.json");
  const auto serial = [](const std::string& text) { return text.substr(text.find("urn:uuid:"), 45); };
  EXPECT_EQ(serial(printed.out), serial(other));

  const auto schema = test::find_foreign_schema("cyclonedx/bom-1.6.schema.json");
  if (!schema) GTEST_SKIP() << "the schema of CycloneDX is missing (./dev schemas, TIDEGATE_SCHEMAS)";
  if (const auto missing = test::missing_validator()) GTEST_SKIP() << *missing;
  EXPECT_EQ(test::validate_draft_7(*schema, {printed.out, other}), (std::vector<std::string>{"ok", "ok"}));
  // It is no judge if it says yes to everything.
  std::string wrong = printed.out;
  wrong.replace(wrong.find("\"library\""), 9, "\"librari\"");
  EXPECT_NE(test::validate_draft_7(*schema, {wrong}), std::vector<std::string>{"ok"});
}

TEST(Sbom, is_asked_of_artifacts_only) {
  const TemporaryFolder folder;
  EXPECT_EQ(run_program("tidegate", {"sbom", folder.write("x.tar.gz", "no archive")}).exit_code, 30);
  EXPECT_EQ(run_program("tidegate", {"sbom"}).exit_code, 64);
}

}  // namespace
}  // namespace tidegate
