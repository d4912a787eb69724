#include "genome/alphabet.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "genome/yaml.hpp"

using namespace exogene;

namespace {

/// Loads a catalogue of one composite with these arguments, one a line from line 4.
Alphabet load_with(const std::string& arguments, const std::string& needs = "array") {
  const auto path = std::filesystem::temp_directory_path() / ("exogene_alphabet_" + std::to_string(getpid()) + ".yaml");
  std::ofstream(path) << "kind:\n  {level: composite, needs: " << needs << ", help: none, arguments: {\n\n"
                      << arguments << "}}\n";
  try {
    auto alphabet = Alphabet::load(path);
    std::filesystem::remove(path);
    return alphabet;
  } catch (...) {
    std::filesystem::remove(path);
    throw;
  }
}

void check_refused(const std::string& arguments, const std::string& expected) {
  CAPTURE(arguments);
  CHECK_THROWS_WITH_AS(load_with(arguments), doctest::Contains(expected.c_str()), InputError);
}

}  // namespace

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

TEST_CASE("the catalogue says what is worth drawing") {
  const auto alphabet = Alphabet::load(EXOGENE_SOURCE_DIR "/src/genome/alphabet.yaml");
  CHECK(alphabet.find("tensorise")->needs == Needs::naive);
  CHECK(alphabet.find("tensorise")->parameters[0].count == 2);
  for (const auto* name : {"hoist", "load_once", "place", "hoist_config"})
    CHECK(alphabet.find(name)->needs == Needs::array);
  CHECK(alphabet.find("simplify")->needs == Needs::nothing);
  CHECK(alphabet.find("tile")->parameters[0].where == Where::constant);
  CHECK(alphabet.find("tile")->parameters[1].draw == Draw::divisor);
  CHECK(alphabet.find("load_once")->parameters[0].where == Where::loaded);
  CHECK(alphabet.find("load_once")->parameters[1].where == Where::idle);
  CHECK(alphabet.find("prefetch")->parameters[1].where == Where::enclosing);
  CHECK(alphabet.find("lift_loop")->parameters[0].where == Where::fitting);
  CHECK(alphabet.find("simplify")->drawn);
  CHECK_FALSE(alphabet.find("add_unsafe_guard")->drawn);
  CHECK(alphabet.find("rearrange_dim")->parameters[1].draw == Draw::permutation);
  CHECK(alphabet.find("shift_loop")->parameters[1].draw == Draw::uniform);
}

TEST_CASE("words that a catalogue may not use are refused, with the line and what is right") {
  CHECK(load_with("a: {kind: buffer}, b: {kind: loop, where: enclosing}").find("kind")->parameters.size() == 2);
  CHECK_THROWS_WITH_AS(load_with("", "cake"), doctest::Contains("needs of kind is 'cake'; expected array, naive"),
                       InputError);
  check_refused(
      "a: {kind: loop, where: nowhere}",
      ".yaml:4: where of a is 'nowhere'; expected around, constant, enclosing, fitting, idle, inside, nest, next");
  check_refused("a: {kind: loop, where: loaded}",
                "expected around, constant, enclosing, fitting, idle, inside, nest, next");
  check_refused("a: {kind: buffer, where: nest}",
                "where of a is 'nest'; expected fitting, later, loaded, local, stored");
  check_refused("a: {kind: statement, where: nest}", "where of a is 'nest'; expected fitting, next");
  check_refused("a: {kind: loops, where: nest}", "a takes no 'where'");
  check_refused("a: {kind: loop, where: [nest]}", ".yaml:4: malformed entry");
  check_refused("a: {kind: int, min: 1, max: 2, draw: odd}",
                "draw of a is 'odd'; expected bank, depth, dimension, divisor, iteration");
  check_refused("a: {kind: ints, min: 1, max: 2, draw: divisor}", "draw of a is 'divisor'; expected permutation");
  check_refused("a: {kind: loop, draw: divisor}", "a takes no 'draw'");
  check_refused("a: {kind: ints, min: 1, max: 2, count: 0}", "count of a is 0; expected at least 1");
  check_refused("a: {kind: ints, min: 1, max: 2}", "malformed entry");
  check_refused("a: {kind: int, min: 2, max: 1}", ".yaml:4: a has a min above its max");
}

TEST_CASE("an argument may refer only to arguments in front of it") {
  for (const auto* lonely : {"loop, where: enclosing", "buffer, where: later", "int, min: 0, max: 2, draw: divisor",
                             "int, min: 0, max: 2, draw: iteration", "int, min: 0, max: 2, draw: depth",
                             "int, min: 0, max: 2, draw: dimension", "ints, min: 0, max: 2, draw: permutation"})
    check_refused(std::string("a: {kind: ") + lonely + "}", ".yaml:4: no argument in front of a is what it refers to");
  check_refused("a: {kind: loop, where: enclosing}, b: {kind: buffer}", "in front of a");
}

TEST_CASE("site names") {
  for (const auto* name : {"i", "io", "a_1", "io#12", "C=", "C+=#3"}) CHECK(is_site_name(name));
  for (const auto* name : {"", "1i", "i o", "i#", "i;", "__import__('os')", "i\n", "i = 0"})
    CHECK_FALSE(is_site_name(name));
}
