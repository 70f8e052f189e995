// SPDX-License-Identifier: Apache-2.0
#include "spark/check.hpp"

#include <gtest/gtest.h>

namespace tidegate::spark {
namespace {

const Location where{.file = "adf/pipeline/load.json", .line = 7, .column = 30};

Jar make_jar() {
  return {.file = "libs/app.jar",
          .classes = {"a.Deep$Run", "a.Deep$Run$", "a.Main", "a.Main$", "a.Outer", "a.Outer$",
                      "a.Outer$Inner", "a.Trait", "a.Trait$", "b.Only$", "b.Static"},
          .main_classes = {"a.Outer$Inner", "b.Static"},
          .object_mains = {"a.Deep$Run$", "a.Main$", "a.Trait$", "b.Only$"},
          .interfaces = {"a.Trait"},
          .damaged_classes = {"c.Broken"},
          .newest_class_version = 52};
}

// The findings for one name, with two jars.
std::vector<Diagnostic> check_class(std::string_view name) {
  const Jar jar = make_jar();
  const Jar other{.file = "libs/other.jar", .classes = {"z.Far"}, .main_classes = {"z.Far"}};
  const std::vector<const Jar*> jars{&jar, &other};
  Diagnostics diagnostics;
  check_main_class(name, jars, [] { return where; }, diagnostics);
  return diagnostics.items();
}

Diagnostic only(const std::vector<Diagnostic>& items) {
  EXPECT_EQ(items.size(), 1U);
  return items.empty() ? Diagnostic{} : items.front();
}

TEST(MainClass, FoundInAnyJar) {
  EXPECT_TRUE(check_class("b.Static").empty());
  EXPECT_TRUE(check_class("z.Far").empty());
  EXPECT_TRUE(check_class("a.Outer$Inner").empty());
}

TEST(MainClass, Missing) {
  const Diagnostic one = only(check_class("b.Statik"));
  EXPECT_EQ(one.code, "spark.main-class-missing");
  EXPECT_EQ(one.severity, Severity::error);
  EXPECT_EQ(one.where, where);
  EXPECT_EQ(
      one.message,
      "the class 'b.Statik' is in none of the activity's jars (libs/app.jar, libs/other.jar)");
  EXPECT_EQ(one.hint, "did you mean 'b.Static'?");
  EXPECT_EQ(only(check_class("x.y.Far")).hint, "did you mean 'z.Far'?");
  EXPECT_EQ(only(check_class("a.Outer.Inner")).hint,
            "it is nested: write 'a.Outer$Inner', or move it to the top of its file");
}

TEST(MainClass, OnlyTheScalaObject) {
  const Diagnostic one = only(check_class("b.Only"));
  EXPECT_EQ(one.code, "spark.main-class-missing");
  EXPECT_NE(one.message.find("holds only 'b.Only$', not 'b.Only'"), std::string::npos);
}

TEST(MainClass, DamagedClassIsSaid) {
  EXPECT_EQ(only(check_class("c.Broken")).message,
            "the class 'c.Broken' in libs/app.jar is damaged: no class file");
}

TEST(MainClass, WithoutMethod) {
  const Diagnostic one = only(check_class("a.Main"));
  EXPECT_EQ(one.code, "spark.main-method-missing");
  EXPECT_EQ(one.message,
            "the class 'a.Main' in libs/app.jar has no public static void main(String[]); "
            "the Scala object 'a.Main$' has it, but shares its name with a class that "
            "has its own main");
  EXPECT_NE(only(check_class("a.Trait"))
                .message.find("'a.Trait$' has it, but shares its name with a trait"),
            std::string::npos);
  EXPECT_EQ(only(check_class("a.Deep$Run")).hint, "make it an object at the top of its file");
  EXPECT_EQ(only(check_class("a.Main$")).hint, "name the object without '$' at the end");
  EXPECT_EQ(only(check_class("a.Outer")).hint, "add the method, or name the class that has it");
}

TEST(MainClass, WithoutJars) {
  Diagnostics diagnostics;
  check_main_class("a.B", {}, [] { return where; }, diagnostics);
  EXPECT_NE(only(diagnostics.items()).message.find("(no jar)"), std::string::npos);
}

TEST(Cluster, ParsesVersions) {
  EXPECT_EQ(parse_cluster_version("15.4.x-scala2.12"), (ClusterVersion{15, 4, "2.12"}));
  EXPECT_EQ(parse_cluster_version("16.4.x-photon-scala2.13"), (ClusterVersion{16, 4, "2.13"}));
  EXPECT_EQ(parse_cluster_version("9.1.x-cpu-ml-scala2.12"), (ClusterVersion{9, 1, "2.12"}));
  for (const char* text :
       {"", "15.4", "15.4.x", "x.4.x-scala2.12", "15.4.x-scala", "15.4.x-scala2",
        "15.4.x-scala2.12 ", "custom:release__15.4.x-scala2.12", "15.x-scala2.12",
        "-1.4.x-scala2.12", "15.4.xx-scala2.12", "99999999999.4.x-scala2.12"}) {
    EXPECT_FALSE(parse_cluster_version(text)) << text;
  }
}

TEST(Cluster, TableRows) {
  const auto spark = [](int major, int minor) {
    const auto row = find_runtime({major, minor, "2.12"});
    return row ? std::string(row->spark) : std::string("unknown");
  };
  EXPECT_EQ(spark(17, 3), "4.0.0");
  EXPECT_EQ(spark(12, 2), "3.3.2");
  EXPECT_EQ(spark(7, 3), "3.3.2");
  EXPECT_EQ(spark(15, 3), "unknown");
  EXPECT_EQ(spark(18, 0), "unknown");
  for (std::size_t i = 1; i < runtimes.size(); ++i) {
    EXPECT_GT(runtimes[i - 1].major, runtimes[i].major);
  }
}

TEST(Cluster, ScalaSuffix) {
  EXPECT_EQ(scala_suffix("orders_2.12"), "2.12");
  EXPECT_EQ(scala_suffix("orders_2.13-1.0.0"), "2.13");
  EXPECT_EQ(scala_suffix("a_2.x_2.11"), "2.11");
  for (const char* none :
       {"", "orders", "orders_2", "orders_2.", "orders_3", "orders_2.12.5", "b_2.12x"}) {
    EXPECT_EQ(scala_suffix(none), "") << none;
  }
}

std::vector<Diagnostic> check_cluster(std::string_view version, const Jar& jar, const Pom& pom = {},
                                      std::optional<YearMonth> today = {}) {
  const std::vector<const Jar*> jars{&jar};
  const std::vector<const Pom*> poms{&pom};
  Diagnostics diagnostics;
  check_cluster_version(version, jars, poms, where, today, diagnostics);
  return diagnostics.items();
}

TEST(Cluster, ScalaMismatchOfJar) {
  const Jar by_name{.file = "libs/orders_2.13-1.0.jar"};
  const Diagnostic one = only(check_cluster("15.4.x-scala2.12", by_name));
  EXPECT_EQ(one.code, "spark.scala-mismatch");
  EXPECT_EQ(one.message,
            "libs/orders_2.13-1.0.jar is built for Scala 2.13, but the cluster '15.4.x-scala2.12' "
            "runs Scala 2.12");
  EXPECT_TRUE(check_cluster("16.4.x-scala2.13", by_name).empty());
  const Jar by_coordinates{.file = "libs/app.jar", .artifact = "orders_2.12"};
  EXPECT_EQ(only(check_cluster("17.3.x-scala2.13", by_coordinates)).code, "spark.scala-mismatch");
}

TEST(Cluster, ScalaMismatchOfPom) {
  const Pom pom{.file = "pom.xml",
                .dependencies = {{.group = "org.apache.spark",
                                  .artifact = "spark-sql_2.13",
                                  .scope = "provided",
                                  .line = 12,
                                  .column = 6},
                                 {.group = "t", .artifact = "t_2.13", .scope = "test"},
                                 {.group = "j", .artifact = "java-only", .scope = "compile"}}};
  const Diagnostic one = only(check_cluster("15.4.x-scala2.12", {}, pom));
  EXPECT_EQ(one.code, "spark.scala-mismatch");
  EXPECT_EQ(to_string(one.where), "pom.xml:12:6");
}

TEST(Cluster, ClassVersion) {
  const Jar jar{.file = "a.jar", .newest_class_version = 61, .newest_class = "a.New"};
  const Diagnostic one = only(check_cluster("15.4.x-scala2.12", jar));
  EXPECT_EQ(one.code, "spark.class-version");
  EXPECT_EQ(one.message,
            "a.jar needs Java 17 (class 'a.New' has version 61), but the cluster "
            "'15.4.x-scala2.12' runs Java 8");
  EXPECT_TRUE(check_cluster("16.4.x-scala2.12", jar).empty());
  EXPECT_TRUE(check_cluster("15.3.x-scala2.12", jar).empty());  // not known
  EXPECT_TRUE(check_cluster("@{variables('v')}", jar).empty());
}

TEST(Cluster, SupportNeedsADate) {
  EXPECT_TRUE(check_cluster("13.3.x-scala2.12", {}).empty());
  EXPECT_EQ(only(check_cluster("12.2.x-scala2.12", {})).code, "spark.unsupported-runtime");  // over anyway
  const Diagnostic over = only(check_cluster("12.2.x-scala2.12", {}, {}, YearMonth{2025, 1}));
  EXPECT_EQ(over.code, "spark.unsupported-runtime");
  EXPECT_EQ(over.severity, Severity::warning);
  EXPECT_TRUE(check_cluster("13.3.x-scala2.12", {}, {}, YearMonth{2026, 8}).empty());
  EXPECT_EQ(only(check_cluster("13.3.x-scala2.12", {}, {}, YearMonth{2026, 9})).message,
            "support of the runtime '13.3.x-scala2.12' ended with 2026-08");
}

TEST(Cluster, SparkVersionOfPom) {
  const auto pom = [](const std::string& version, const std::string& artifact = "spark-sql_2.12") {
    return Pom{.file = "pom.xml",
               .dependencies = {{.group = "org.apache.spark", .artifact = artifact, .version = version, .scope = "provided", .line = 3, .column = 4}}};
  };
  const Diagnostic one = only(check_cluster("15.4.x-scala2.12", {}, pom("3.3.2")));
  EXPECT_EQ(one.code, "spark.version-mismatch");
  EXPECT_EQ(one.severity, Severity::warning);
  EXPECT_EQ(to_string(one.where), "pom.xml:3:4");
  EXPECT_TRUE(check_cluster("15.4.x-scala2.12", {}, pom("3.5.1")).empty());
  EXPECT_TRUE(check_cluster("15.4.x-scala2.12", {}, pom("${spark}")).empty());
  EXPECT_TRUE(check_cluster("15.4.x-scala2.12", {}, pom("3.3.2", "spark-avro_2.12")).empty());
}

TEST(BundledSpark, InJarsAndPoms) {
  const Jar fat{.file = "fat.jar", .classes = {"a.B", "org.apache.spark.sql.SparkSession"}}, thin{.file = "thin.jar", .classes = {"a.B"}};
  const Pom pom{.file = "pom.xml",
                .dependencies = {{.group = "org.apache.spark", .artifact = "spark-core_2.12", .scope = "compile"},
                                 {.group = "org.apache.spark", .artifact = "spark-sql_2.12", .scope = "provided"},
                                 {.group = "org.apache.spark", .artifact = "spark-avro_2.12", .scope = "compile"}}};
  const std::vector<const Jar*> jars{&fat, &thin};
  const std::vector<const Pom*> poms{&pom};
  Diagnostics diagnostics;
  check_bundled_spark(jars, poms, diagnostics);
  ASSERT_EQ(diagnostics.items().size(), 2U);
  EXPECT_EQ(diagnostics.items()[0].where.file, "fat.jar");
  EXPECT_EQ(diagnostics.items()[1].message, "org.apache.spark:spark-core_2.12 has the scope compile, but the cluster brings Spark");
}

TEST(DuplicateClasses, OfTwoJars) {
  const Jar a{.file = "a.jar", .classes = {"x.A", "x.B", "x.C"}}, b{.file = "b.jar", .classes = {"x.B", "x.C"}}, c{.file = "c.jar", .classes = {"y.A"}};
  const std::vector<const Jar*> jars{&a, &b, &c, &a};
  Diagnostics diagnostics;
  check_duplicate_classes({jars.data(), 3}, [] { return where; }, diagnostics);
  const Diagnostic one = only(diagnostics.items());
  EXPECT_EQ(one.code, "spark.duplicate-class");
  EXPECT_EQ(one.message, "a.jar and b.jar both hold the class 'x.B' and 1 more");
}

}  // namespace
}  // namespace tidegate::spark
