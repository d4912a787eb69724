#include "operators/macro.hpp"

#include <set>
#include <string>
#include <vector>

#include "rig.hpp"

using namespace exogene;

namespace {

/// A genome of one gene a letter.
Genome genome(const std::string& letters) {
  Genome result{"matmul", {}};
  for (const char letter : letters) result.genes.push_back({alphabet().find("unroll_loop"), {std::string(1, letter)}});
  return result;
}

std::string letters(const std::vector<Gene>& genes) {
  std::string result;
  for (const auto& gene : genes) result += std::get<std::string>(gene.arguments[0]);
  return result;
}

std::vector<std::string> mined(const std::vector<Success>& successes, std::size_t count = 100) {
  std::vector<std::string> result;
  for (const auto& macro : mine_macros(successes, count)) result.push_back(letters(macro.genes));
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("macro genes are what a child has and its parents have not") {
  const auto child = genome("axb");
  const auto parent = genome("ab");
  CHECK(mined({{&child, {&parent}, 0.5}}) == Texts{"axb", "ax", "xb"});
  const auto other = genome("xb");
  CHECK(mined({{&child, {&parent, &other}, 0.5}}) == Texts{"axb", "ax"});
  CHECK(mined({}).empty());
}

TEST_CASE("what gains more in all comes first, then what came up more often, then the longer, then by text") {
  const auto none = genome("");
  const auto ab = genome("ab");
  const auto abc = genome("abc");
  const auto xy = genome("xy");
  CHECK(mined({{&ab, {&none}, 0.25}, {&xy, {&none}, 0.5}, {&abc, {&none}, 0.25}}) == Texts{"ab", "xy", "abc", "bc"});
  CHECK(mined({{&xy, {&none}, 0.5}, {&ab, {&none}, 0.5}}) == Texts{"ab", "xy"});
  const auto macros = mine_macros({{&ab, {&none}, 0.25}, {&abc, {&none}, 0.5}}, 1);
  REQUIRE(macros.size() == 1);
  CHECK(letters(macros[0].genes) == "ab");
  CHECK(macros[0].support == 2);
  CHECK(macros[0].gain == 0.75);
}

TEST_CASE("a segment counts once a child and is no longer than five genes") {
  const auto none = genome("");
  const auto twice = genome("abab");
  for (const auto& macro : mine_macros({{&twice, {&none}, 1}}, 100)) CHECK(macro.support == 1);
  const auto longer = genome("abcdefgh");
  std::size_t longest = 0;
  for (const auto& text : mined({{&longer, {&none}, 1}})) longest = std::max(longest, text.size());
  CHECK(longest == 5);
}

TEST_CASE("a macro that the genome lacks is inserted whole") {
  const auto none = genome("");
  const auto ij = genome("ij");
  const auto ik = genome("ik");
  const auto macros = mine_macros({{&ij, {&none}, 0.5}, {&ik, {&none}, 0.25}}, 10);
  const auto sites = [](std::span<const Gene>) { return std::optional(naive_sites()); };
  std::set<std::string> children;
  for (std::uint32_t slot = 0; slot < 100; ++slot) {
    auto random = random_of(slot);
    const auto child = insert_macro(genome("ij"), macros, sites, random);
    REQUIRE(child.has_value());
    children.insert(letters(child->genes));
  }
  CHECK(children == std::set<std::string>{"ikij", "iikj", "ijik"});
  auto random = random_of(0);
  CHECK_FALSE(insert_macro(genome("ijik"), macros, sites, random).has_value());
  CHECK_FALSE(insert_macro(genome("ij"), {}, sites, random).has_value());
}
