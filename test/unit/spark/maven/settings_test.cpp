// SPDX-License-Identifier: Apache-2.0
#include "spark/maven/settings.hpp"

#include <gtest/gtest.h>

namespace tidegate::spark::maven {
namespace {

const system::MemoryEnvironment environment({{"TOKEN", "s3cret${env.HOME}"}, {"HOME", "/home/me"}});

Settings read(const std::string& inside) {
  const auto settings = parse_settings("settings.xml", "<settings>" + inside + "</settings>", environment);
  EXPECT_TRUE(settings.ok()) << render_diagnostic(settings.failure());
  return settings ? *settings : Settings{};
}

TEST(Settings, reads_what_repositories_need) {
  const Settings settings = read(R"(<localRepository>${user.home}/m2</localRepository><offline>true</offline>
    <servers><server><id>releases</id><username>me</username><password>${env.TOKEN}</password></server></servers>
    <activeProfiles><activeProfile>own</activeProfile></activeProfiles>
    <profiles>
      <profile><id>own</id><repositories><repository><id>releases</id><url>https://m.example/r/</url></repository></repositories></profile>
      <profile><id>other</id><repositories><repository><id>x</id><url>https://x.example</url></repository></repositories></profile>
    </profiles>
    <proxies>
      <proxy><protocol>https</protocol><host>p.example</host><port>3128</port><nonProxyHosts>*.in.example|localhost</nonProxyHosts></proxy>
      <proxy><active>false</active><host>off.example</host></proxy>
    </proxies>)");
  EXPECT_EQ(settings.local_repository, "/home/me/m2");
  EXPECT_TRUE(settings.offline);
  ASSERT_EQ(settings.repositories.size(), 1U);
  EXPECT_EQ(settings.repositories[0].url, "https://m.example/r/");
  EXPECT_EQ(settings.servers[0].password, "s3cret${env.HOME}");  // what a value holds is not expanded
  ASSERT_EQ(settings.proxies.size(), 1U);
  EXPECT_EQ(settings.proxies[0].url, "http://p.example:3128");
  EXPECT_EQ(settings.proxies[0].no_proxy, ".in.example,localhost");
  const auto located = locate_repository(settings.repositories[0], settings);
  ASSERT_TRUE(located.ok());
  EXPECT_EQ(located->url, "https://m.example/r");
  EXPECT_EQ(located->user, "me");
}

TEST(Settings, mirrors_stand_in_as_maven_reads_their_patterns) {
  struct Case {
    const char* of;
    const char* id;
    const char* url;
    bool mirrored;
  };
  for (const Case& one : std::vector<Case>{{"*", "a", "https://a.example", true},
                                           {"*,!a", "a", "https://a.example", false},
                                           {"a,b", "b", "https://b.example", true},
                                           {"a,b", "c", "https://c.example", false},
                                           {"external:*", "a", "https://a.example", true},
                                           {"external:*", "a", "http://localhost:80/", false},
                                           {"external:*", "a", "file:///m", false},
                                           {"external:http:*", "a", "https://a.example", false},
                                           {"external:http:*", "a", "http://a.example", true}}) {
    const Settings settings{.mirrors = {{"mirror", one.of, "https://mirror.example"}}};
    const auto located = locate_repository({.id = one.id, .url = one.url}, settings);
    ASSERT_TRUE(located.ok());
    EXPECT_EQ(located->id == "mirror", one.mirrored) << one.of << " " << one.id << " " << one.url;
  }
}

TEST(Settings, an_encrypted_password_is_refused_without_showing_it) {
  const Settings settings =
      read("<servers><server><id>a</id><username>me</username><password>{hidden=}</password></server></servers>");
  const auto located = locate_repository({.id = "a", .url = "https://a.example"}, settings);
  ASSERT_FALSE(located.ok());
  EXPECT_EQ(located.failure().code, "spark.invalid-settings");
  EXPECT_EQ(render_diagnostic(located.failure()).find("hidden"), std::string::npos);
}

TEST(Settings, refuses_other_documents_and_addresses) {
  EXPECT_EQ(parse_settings("s", "<project/>", environment).failure().code, "spark.invalid-settings");
  EXPECT_EQ(parse_settings("s", "<settings>", environment).failure().code, "spark.invalid-settings");
  EXPECT_FALSE(locate_repository({.id = "a", .url = "ftp://a.example"}, {}).ok());
  EXPECT_FALSE(locate_repository({.id = "a", .url = "https://${env.NOWHERE}/x"}, {}).ok());
}

}  // namespace
}  // namespace tidegate::spark::maven
