// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "spark/jar.hpp"

namespace tidegate::spark {
namespace {

struct Parsed {
  Result<Pom> pom;
  Diagnostics diagnostics{};
};

Parsed parse(const std::string& inside) {
  Diagnostics diagnostics;
  auto pom = parse_pom("spark/pom.xml",
                       "<?xml version=\"1.0\"?>\n<project xmlns=\"x\">\n" + inside + "\n</project>",
                       diagnostics);
  return {std::move(pom), std::move(diagnostics)};
}

const std::string coordinates =
    "<groupId>com.example</groupId><artifactId>orders</artifactId><version>1.0</version>";

// One dependency with this version, in a project without parent.
Parsed parse_version(const std::string& version, const std::string& more = {}) {
  return parse(coordinates + more +
               "<dependencies>\n<dependency><groupId>g</groupId><artifactId>a</artifactId>"
               "<version>" +
               version + "</version></dependency></dependencies>");
}

TEST(Pom, ReadsCoordinatesAndDependencies) {
  const auto [pom, diagnostics] = parse(R"(
    <groupId>com.example</groupId>
    <artifactId>orders_${scala.binary}</artifactId>
    <version>${revision}</version>
    <properties><scala.binary>2.12</scala.binary><revision>1.4.0</revision></properties>
    <dependencies>
      <dependency>
        <groupId>org.apache.spark</groupId>
        <artifactId>spark-sql_${scala.binary}</artifactId>
        <version> 3.5.0 </version>
        <scope>provided</scope>
      </dependency>
      <dependency><groupId>${project.groupId}</groupId><artifactId>x</artifactId>
        <version>${project.version}</version></dependency>
    </dependencies>)");
  ASSERT_TRUE(pom) << pom.failure().message;
  EXPECT_TRUE(diagnostics.items().empty());
  EXPECT_EQ(pom->group, "com.example");
  EXPECT_EQ(pom->artifact, "orders_2.12");
  EXPECT_EQ(pom->version, "1.4.0");
  EXPECT_EQ(pom->packaging, "jar");
  EXPECT_EQ(pom->jar_name(), "orders_2.12-1.4.0.jar");
  ASSERT_EQ(pom->dependencies.size(), 2U);
  EXPECT_EQ(pom->dependencies[0].artifact, "spark-sql_2.12");
  EXPECT_EQ(pom->dependencies[0].version, "3.5.0");
  EXPECT_EQ(pom->dependencies[0].scope, "provided");
  EXPECT_EQ(pom->dependencies[0].line, 9U);
  EXPECT_EQ(pom->dependencies[1].group, "com.example");
  EXPECT_EQ(pom->dependencies[1].version, "1.4.0");
  EXPECT_EQ(pom->dependencies[1].scope, "compile");
}

TEST(Pom, FinalName) {
  const auto named =
      parse(coordinates + "<build><finalName>${project.artifactId}-all</finalName></build>");
  EXPECT_EQ(named.pom->jar_name(), "orders-all.jar");
  EXPECT_EQ(parse(coordinates + "<packaging>pom</packaging>").pom->jar_name(), "");
}

TEST(Pom, ParentGivesGroupAndVersion) {
  const auto [pom, diagnostics] = parse(R"(<artifactId>orders</artifactId>
    <parent><groupId>com.example</groupId><artifactId>all</artifactId><version>7</version></parent>
    <dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId></dependency>
      <dependency><groupId>g</groupId><artifactId>b</artifactId>
        <version>${b.version}</version></dependency>
      <dependency><groupId>g</groupId><artifactId>c</artifactId>
        <version>${project.parent.version}</version></dependency>
    </dependencies>)");
  ASSERT_TRUE(pom);
  EXPECT_EQ(pom->group, "com.example");
  EXPECT_EQ(pom->version, "7");
  EXPECT_EQ(pom->dependencies[0].version, "");
  EXPECT_EQ(pom->dependencies[1].version, "${b.version}");
  EXPECT_EQ(pom->dependencies[2].version, "7");
  EXPECT_TRUE(diagnostics.items().empty());  // the parent may say it
}

TEST(Pom, ManagementGivesVersionAndScope) {
  const auto [pom, diagnostics] = parse(coordinates + R"(
    <dependencyManagement><dependencies>
      <dependency><groupId>g</groupId><artifactId>a</artifactId><version>2</version>
        <scope>provided</scope></dependency>
      <dependency><groupId>g</groupId><artifactId>a</artifactId><version>3</version>
        <classifier>tests</classifier></dependency>
    </dependencies></dependencyManagement>
    <dependencies>
      <dependency><groupId>g</groupId><artifactId>a</artifactId></dependency>
      <dependency><groupId>g</groupId><artifactId>a</artifactId><classifier>tests</classifier>
        <scope>test</scope></dependency>
      <dependency><groupId>g</groupId><artifactId>a</artifactId><version>4</version></dependency>
    </dependencies>)");
  ASSERT_TRUE(pom);
  ASSERT_EQ(pom->dependencies.size(), 3U);
  EXPECT_EQ(pom->dependencies[0].version, "2");
  EXPECT_EQ(pom->dependencies[0].scope, "provided");
  EXPECT_EQ(pom->dependencies[1].version, "3");
  EXPECT_EQ(pom->dependencies[1].scope, "test");
  EXPECT_EQ(pom->dependencies[2].version, "4");
  EXPECT_TRUE(diagnostics.items().empty());
}

TEST(Pom, UnpinnedVersionsAreErrors) {
  for (const char* version : {"[1.0,2.0)", "[1.0,)", "(,1.0]", "[1,2],[4,5]", "LATEST", "RELEASE",
                              "1.0-SNAPSHOT", "1.0-snapshot", "SNAPSHOT", "${nowhere}"}) {
    const auto [pom, diagnostics] = parse_version(version);
    ASSERT_TRUE(pom);
    ASSERT_EQ(diagnostics.items().size(), 1U) << version;
    const Diagnostic& one = diagnostics.items()[0];
    EXPECT_EQ(one.code, "spark.unpinned-dependency");
    EXPECT_EQ(one.severity, Severity::error);
    EXPECT_EQ(to_string(one.where), "spark/pom.xml:4:68");  // the first character of the version
    EXPECT_NE(one.message.find(version), std::string::npos);
  }
}

TEST(Pom, TheFindingPointsAtTheVersion) {
  const auto place = [](const std::string& inside) {
    const auto parsed = parse(coordinates +
                              "<dependencies><dependency>\r\n<groupId>g</groupId>"
                              "<artifactId>a</artifactId>\r\n" +
                              inside + "</dependency></dependencies>");
    return parsed.diagnostics.items().empty() ? std::string("none")
                                              : to_string(parsed.diagnostics.items()[0].where);
  };
  EXPECT_EQ(place("<version>LATEST</version>"), "spark/pom.xml:5:10");
  EXPECT_EQ(place("<version>\r\n   LATEST\r\n</version>"), "spark/pom.xml:6:4");
  EXPECT_EQ(place("<version> <!-- é --> LATEST</version>"), "spark/pom.xml:5:22");
  EXPECT_EQ(place("<version><![CDATA[ LATEST]]></version>"), "spark/pom.xml:5:20");
  EXPECT_EQ(place(""), "spark/pom.xml:3:99");  // no version: the dependency
}

TEST(Pom, PropertiesOfTheParent) {
  for (const char* prefix : {"project.parent.", "pom.parent.", "parent."}) {
    const auto parsed = parse(
        "<artifactId>orders</artifactId><parent><groupId>com.example</groupId>"
        "<artifactId>all</artifactId><version>7</version></parent><dependencies>"
        "<dependency><groupId>${" +
        std::string(prefix) +
        "groupId}</groupId>"
        "<artifactId>x</artifactId><version>${" +
        prefix +
        "version}</version>"
        "</dependency></dependencies>");
    ASSERT_TRUE(parsed.pom);
    EXPECT_EQ(parsed.pom->dependencies[0].group, "com.example") << prefix;
    EXPECT_EQ(parsed.pom->dependencies[0].version, "7") << prefix;
  }
}

TEST(Pom, ExactVersionsAreFine) {
  for (const char* version :
       {"1.0", "[1.0]", "1.0-20240101.120000-1", "2.0.LATEST", "1.0-RELEASE"}) {
    EXPECT_TRUE(parse_version(version).diagnostics.items().empty()) << version;
  }
  EXPECT_EQ(parse_version("[1.0]").pom->dependencies[0].version, "1.0");
}

TEST(Pom, RangeBehindAPropertyAndInManagement) {
  const auto property = parse_version("${v}", "<properties><v>[1,2)</v></properties>");
  EXPECT_EQ(property.diagnostics.items().size(), 1U);
  const auto managed = parse(coordinates + R"(
    <dependencyManagement><dependencies>
      <dependency><groupId>g</groupId><artifactId>a</artifactId>
        <version>LATEST</version></dependency>
    </dependencies></dependencyManagement>
    <dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId></dependency>
    </dependencies>)");
  EXPECT_EQ(managed.diagnostics.items().size(), 1U);  // once, where it stands
}

TEST(Pom, MissingVersion) {
  const std::string dependency =
      "<dependencies><dependency><groupId>g</groupId>"
      "<artifactId>a</artifactId></dependency></dependencies>";
  const auto bare = parse(coordinates + dependency);
  ASSERT_EQ(bare.diagnostics.items().size(), 1U);
  EXPECT_EQ(bare.diagnostics.items()[0].code, "spark.unpinned-dependency");
  const auto platform = parse(coordinates + dependency + R"(
    <dependencyManagement><dependencies>
      <dependency><groupId>b</groupId><artifactId>bom</artifactId><version>1</version>
        <type>pom</type><scope>import</scope></dependency>
    </dependencies></dependencyManagement>)");
  EXPECT_TRUE(platform.diagnostics.items().empty());
}

TEST(Pom, SiblingModulesMayBeSnapshots) {
  const auto [pom, diagnostics] = parse(R"(
    <groupId>com.example</groupId><artifactId>orders</artifactId><version>1.0-SNAPSHOT</version>
    <dependencies>
      <dependency><groupId>com.example</groupId><artifactId>model</artifactId>
        <version>${project.version}</version></dependency>
      <dependency><groupId>com.other</groupId><artifactId>model</artifactId>
        <version>${project.version}</version></dependency>
    </dependencies>)");
  ASSERT_EQ(diagnostics.items().size(), 1U);
  EXPECT_NE(diagnostics.items()[0].message.find("com.other:model"), std::string::npos);
}

TEST(Pom, Profiles) {
  const auto [pom, diagnostics] = parse(coordinates + R"(
    <dependencies>
      <dependency><groupId>g</groupId><artifactId>a_${scala}</artifactId>
        <version>${v}</version></dependency>
      <dependency><groupId>g</groupId><artifactId>b</artifactId>
        <version>${later}</version></dependency>
    </dependencies>
    <profiles>
      <profile><id>one</id><activation><activeByDefault>true</activeByDefault></activation>
        <properties><scala>2.12</scala><v>1</v></properties></profile>
      <profile><id>two</id><properties><scala>2.13</scala><later>9</later></properties>
        <dependencies><dependency><groupId>g</groupId><artifactId>c</artifactId>
          <version>LATEST</version></dependency></dependencies>
      </profile>
    </profiles>)");
  ASSERT_TRUE(pom);
  ASSERT_EQ(pom->dependencies.size(), 2U);
  EXPECT_EQ(pom->dependencies[0].artifact, "a_2.12");
  EXPECT_EQ(pom->dependencies[0].version, "1");
  EXPECT_EQ(pom->dependencies[1].version, "${later}");
  ASSERT_EQ(diagnostics.items().size(), 1U);
  EXPECT_NE(diagnostics.items()[0].message.find("g:c"), std::string::npos);
}

TEST(Pom, CircularAndExplodingPropertiesEnd) {
  const auto circle = parse_version("${a}", "<properties><a>${b}</a><b>${a}</b></properties>");
  EXPECT_EQ(circle.diagnostics.items().size(), 1U);
  std::string bomb = "<properties><p0>xxxxxxxxxx</p0>";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "${p" + std::to_string(i - 1) + "}";
    const std::string name = "p" + std::to_string(i);
    bomb += "<" + name + ">" + before + before + before + "</" + name + ">";
  }
  const auto [pom, diagnostics] = parse_version("${p39}", bomb + "</properties>");
  ASSERT_TRUE(pom);
  EXPECT_LT(pom->dependencies[0].version.size(), 20'000U);
}

TEST(Pom, RefusesOtherDocuments) {
  Diagnostics diagnostics;
  for (const char* text :
       {"", "<project>", "<settings/>", "<project/>", "<project></projekt>", "{}"}) {
    const auto pom = parse_pom("pom.xml", text, diagnostics);
    ASSERT_FALSE(pom) << text;
    EXPECT_EQ(pom.failure().code, "spark.invalid-pom");
    EXPECT_EQ(pom.failure().where.line, 1U) << text;
  }
}

}  // namespace
}  // namespace tidegate::spark
