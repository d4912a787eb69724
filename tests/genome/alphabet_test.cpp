#include "genome/alphabet.hpp"

#include <doctest/doctest.h>

#include <set>

#include "genome/yaml.hpp"

using namespace exogene;

TEST_CASE("the catalogue has at least 15 primitives and every composite, each once") {
  const auto alphabet = Alphabet::load(EXOGENE_SOURCE_DIR "/src/genome/alphabet.yaml");
  std::set<std::string> names;
  int primitives = 0;
  for (const auto& kind : alphabet.kinds()) {
    CHECK(names.insert(kind.name).second);
    CHECK_FALSE(kind.help.empty());
    primitives += kind.level == Level::primitive ? 1 : 0;
  }
  CHECK(primitives >= 15);
  for (const auto* name :
       {"tensorise", "tile", "permute", "hoist", "load_once", "fuse", "unroll", "place", "hoist_config"}) {
    REQUIRE(alphabet.find(name) != nullptr);
    CHECK(alphabet.find(name)->level == Level::composite);
  }
  CHECK(alphabet.find("no_such_gene") == nullptr);
}

TEST_CASE("a missing catalogue is one clear error") {
  CHECK_THROWS_WITH_AS(Alphabet::load("/nowhere.yaml"), doctest::Contains("/nowhere.yaml: cannot be read"), InputError);
}

TEST_CASE("site names") {
  for (const auto* name : {"i", "io", "a_1", "io#12", "C=", "C+=#3"}) CHECK(is_site_name(name));
  for (const auto* name : {"", "1i", "i o", "i#", "i;", "__import__('os')", "i\n", "i = 0"})
    CHECK_FALSE(is_site_name(name));
}
