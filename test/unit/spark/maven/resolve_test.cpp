// SPDX-License-Identifier: Apache-2.0
// Mediation as Maven does it, over a repository that is a map of texts.
#include "spark/maven/resolve.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tidegate::spark::maven {
namespace {

std::string dependency(const std::string& text, const std::string& more = {}) {  // "a:1", "a:1:test"
  const std::size_t first = text.find(':'), second = text.find(':', first + 1);
  const std::string version =
      first == std::string::npos ? "" : text.substr(first + 1, second == std::string::npos ? second : second - first - 1);
  return "<dependency><groupId>g</groupId><artifactId>" + text.substr(0, first) + "</artifactId>" +
         (version.empty() ? "" : "<version>" + version + "</version>") +
         (second == std::string::npos ? "" : "<scope>" + text.substr(second + 1) + "</scope>") + more + "</dependency>";
}

std::string pom(const std::string& self, const std::string& inside) {
  const std::size_t colon = self.find(':');
  return "<project><groupId>g</groupId><artifactId>" + self.substr(0, colon) + "</artifactId><version>" +
         self.substr(colon + 1) + "</version>" + inside + "</project>";
}

std::string depends(std::initializer_list<std::string> all) {
  std::string text = "<dependencies>";
  for (const std::string& one : all) text += one.starts_with('<') ? one : dependency(one);
  return text + "</dependencies>";
}

struct World {
  std::map<std::string, std::string> poms{};  // "a:1" -> text; absent: a POM without dependencies
  Diagnostics diagnostics{};
  bool strict = false;

  // "<g:a:v scope>" a line, sorted.
  std::string resolve(const std::string& project) {
    ModelBuilder builder([this](const Coordinates& file, const std::string&, const std::string&) -> Result<PomText> {
      const std::string key = file.artifact + ":" + file.version;
      const auto found = poms.find(key);
      if (found != poms.end()) return PomText{key, found->second};
      if (strict) return Diagnostic{.code = "spark.unresolved-dependency", .message = key + " is nowhere"};
      return PomText{key, pom(key, "")};
    });
    const Result<Model> model = builder.build("pom.xml", pom("app:1", project));
    if (!model) return render_diagnostic(model.failure());
    std::string text;
    for (const ResolvedDependency& one : resolve_dependencies(*model, builder, diagnostics)) {
      text += one.file.text() + " " + one.scope + "\n";
    }
    return text;
  }
  std::string codes() const {
    std::string text;
    for (const Diagnostic& one : diagnostics.items()) text += one.code + "\n";
    return text;
  }
};

TEST(Resolve, the_nearest_version_wins) {
  World world{{{"a:1", pom("a:1", depends({"b:1"}))},
               {"b:1", pom("b:1", depends({"c:1"}))},
               {"d:1", pom("d:1", depends({"c:2"}))}}};
  EXPECT_EQ(world.resolve(depends({"a:1", "d:1"})), "g:a:1 compile\ng:b:1 compile\ng:c:2 compile\ng:d:1 compile\n");
  EXPECT_EQ(world.codes(), "");
}

TEST(Resolve, at_equal_distance_the_first_one_wins) {
  World world{{{"a:1", pom("a:1", depends({"c:1"}))}, {"b:1", pom("b:1", depends({"c:2"}))}}};
  EXPECT_EQ(world.resolve(depends({"a:1", "b:1"})), "g:a:1 compile\ng:b:1 compile\ng:c:1 compile\n");
  EXPECT_EQ(world.resolve(depends({"b:1", "a:1"})), "g:a:1 compile\ng:b:1 compile\ng:c:2 compile\n");
}

TEST(Resolve, what_loses_brings_nothing) {
  World world{{{"a:1", pom("a:1", depends({"c:1"}))}, {"c:1", pom("c:1", depends({"only-of-c1:1"}))}}};
  EXPECT_EQ(world.resolve(depends({"a:1", "c:2"})), "g:a:1 compile\ng:c:2 compile\n");
}

TEST(Resolve, scopes_pass_on_as_the_table_of_maven_says) {
  World world{{{"a:1", pom("a:1", depends({"c:1", "r:1:runtime", "p:1:provided", "t:1:test"}))},
               {"b:1", pom("b:1", depends({"x:1", "y:1:runtime"}))}}};
  EXPECT_EQ(world.resolve(depends({"a:1", "b:1:provided"})),
            "g:a:1 compile\ng:b:1 provided\ng:c:1 compile\ng:r:1 runtime\ng:x:1 provided\ng:y:1 provided\n");
  EXPECT_EQ(world.resolve(depends({"a:1:runtime"})), "g:a:1 runtime\ng:c:1 runtime\ng:r:1 runtime\n");
  EXPECT_EQ(world.resolve(depends({"b:1:test"})), "g:b:1 test\ng:x:1 test\ng:y:1 test\n");
}

TEST(Resolve, the_widest_scope_of_all_ways_counts) {
  World world{{{"p:1", pom("p:1", depends({"c:1"}))}, {"a:1", pom("a:1", depends({"b:1"}))}, {"b:1", pom("b:1", depends({"c:2"}))},
               {"c:1", pom("c:1", depends({"d:1"}))}}};
  // c comes with provided p first (nearer), and is needed by a at run time, too.
  EXPECT_EQ(world.resolve(depends({"p:1:provided", "a:1"})),
            "g:a:1 compile\ng:b:1 compile\ng:c:1 compile\ng:d:1 compile\ng:p:1 provided\n");
}

TEST(Resolve, a_direct_scope_stands) {
  World world{{{"a:1", pom("a:1", depends({"spark:1"}))}}};
  EXPECT_EQ(world.resolve(depends({"a:1", "spark:2:provided"})), "g:a:1 compile\ng:spark:2 provided\n");
}

TEST(Resolve, exclusions_hold_for_all_that_comes_through) {
  World world{{{"a:1", pom("a:1", depends({"b:1"}))}, {"b:1", pom("b:1", depends({"c:1", "d:1"}))}}};
  const auto without = [](const std::string& name) {
    return "<exclusions><exclusion><groupId>g</groupId><artifactId>" + name + "</artifactId></exclusion></exclusions>";
  };
  EXPECT_EQ(world.resolve(depends({dependency("a:1", without("c"))})), "g:a:1 compile\ng:b:1 compile\ng:d:1 compile\n");
  EXPECT_EQ(world.resolve(depends({dependency("a:1", without("*"))})), "g:a:1 compile\n");
}

TEST(Resolve, optional_ones_are_not_followed) {
  World world{{{"a:1", pom("a:1", depends({dependency("b:1", "<optional>true</optional>")}))}}};
  EXPECT_EQ(world.resolve(depends({"a:1"})), "g:a:1 compile\n");
}

TEST(Resolve, own_management_overrides_what_is_behind) {
  World world{{{"a:1", pom("a:1", depends({"b:1", "ranged:[1,2)"}))}}};
  EXPECT_EQ(world.resolve("<dependencyManagement>" + depends({"b:7", "ranged:1.5"}) + "</dependencyManagement>" +
                          depends({"a:1"})),
            "g:a:1 compile\ng:b:7 compile\ng:ranged:1.5 compile\n");
  EXPECT_EQ(world.codes(), "");
}

TEST(Resolve, platforms_manage_versions) {
  World world{{{"bom:1", pom("bom:1", "<packaging>pom</packaging><properties><v>3</v></properties><dependencyManagement>" +
                                          depends({"b:${v}", "c:9"}) + "</dependencyManagement>")}}};
  EXPECT_EQ(world.resolve("<dependencyManagement><dependencies>" + dependency("c:1") +
                          dependency("bom:1:import", "<type>pom</type>") + "</dependencies></dependencyManagement>" +
                          depends({"b", "c"})),
            "g:b:3 compile\ng:c:1 compile\n");
}

TEST(Resolve, parents_hand_down_versions_and_properties) {
  World world{{{"parent:1", pom("parent:1", "<packaging>pom</packaging><properties><v>1</v><w>1</w></properties>"
                                            "<dependencyManagement>" + depends({"b:${v}"}) + "</dependencyManagement>" +
                                                depends({"always:${w}"}))}}};
  EXPECT_EQ(world.resolve("<parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version></parent>"
                          "<properties><v>2</v></properties>" + depends({"b"})),
            "g:always:1 compile\ng:b:2 compile\n");
}

TEST(Resolve, follows_a_library_to_its_new_place) {
  World world{{{"old:1", pom("old:1", "<distributionManagement><relocation><artifactId>new</artifactId>"
                                      "</relocation></distributionManagement>")}}};
  EXPECT_EQ(world.resolve(depends({"old:1"})), "g:new:1 compile\n");
}

TEST(Resolve, refuses_what_is_not_exact_and_says_how_it_came) {
  World world{{{"a:1", pom("a:1", depends({"b:[1,2)"}))}}};
  world.resolve(depends({"a:1", "c:1-SNAPSHOT", "d:LATEST", "e", "f:${nothing}"}));
  EXPECT_EQ(world.diagnostics.count(Severity::error), 5U);
  bool way = false;
  for (const Diagnostic& one : world.diagnostics.items()) {
    EXPECT_EQ(one.code, "spark.unpinned-dependency");
    EXPECT_EQ(one.where.file, "pom.xml") << one.message;
    way = way || one.message.find("g:b has the version '[1,2)', which is a range (needed by g:a:1)") != std::string::npos;
  }
  EXPECT_TRUE(way);
}

TEST(Resolve, refuses_coordinates_that_leave_the_folder) {
  World world;
  world.resolve("<dependencies><dependency><groupId>g</groupId><artifactId>../../x</artifactId><version>1</version>"
                "</dependency></dependencies>");
  EXPECT_EQ(world.codes(), "spark.unresolved-dependency\n");
}

TEST(Resolve, circles_of_parents_and_imports_end) {
  World world{{{"p:1", "<project><artifactId>p</artifactId><parent><groupId>g</groupId><artifactId>p</artifactId>"
                       "<version>1</version></parent></project>"}}};
  const std::string text = world.resolve(
      "<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>");
  EXPECT_NE(text.find("[spark.invalid-pom]"), std::string::npos) << text;
  World circle{{{"bom:1", pom("bom:1", "<dependencyManagement><dependencies>" +
                                          dependency("bom:1:import", "<type>pom</type>") +
                                          "</dependencies></dependencyManagement>")}}};
  const std::string found = circle.resolve("<dependencyManagement><dependencies>" +
                                           dependency("bom:1:import", "<type>pom</type>") +
                                           "</dependencies></dependencyManagement>");
  EXPECT_NE(found.find("[spark.invalid-pom]"), std::string::npos) << found;
}

TEST(Resolve, circles_of_libraries_end) {
  World world{{{"a:1", pom("a:1", depends({"b:1"}))}, {"b:1", pom("b:1", depends({"a:2"}))}}};
  EXPECT_EQ(world.resolve(depends({"a:1"})), "g:a:1 compile\ng:b:1 compile\n");
}

TEST(Resolve, one_missing_pom_is_one_finding) {
  World world{.strict = true};
  world.resolve(depends({"a:1"}));
  EXPECT_EQ(world.codes(), "spark.unresolved-dependency\n");
}

}  // namespace
}  // namespace tidegate::spark::maven
