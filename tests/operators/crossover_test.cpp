#include "operators/crossover.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "operators/mutation.hpp"
#include "rig.hpp"

using namespace exogene;

namespace {

/// A genome of one gene a letter.
Genome genome(const std::string& letters) {
  Genome result{"matmul", {}};
  for (const char letter : letters) result.genes.push_back({alphabet().find("unroll_loop"), {std::string(1, letter)}});
  return result;
}

std::string letters(const Genome& genome) {
  std::string result;
  for (const auto& gene : genome.genes) result += std::get<std::string>(gene.arguments[0]);
  return result;
}

/// Every child of the two parents.
std::set<std::string> children(const std::string& a, const std::string& b) {
  std::set<std::string> result;
  for (std::uint32_t slot = 0; slot < 300; ++slot) {
    auto random = random_of(slot);
    result.insert(letters(crossover(genome(a), genome(b), random)));
  }
  return result;
}

bool is_subsequence(const std::string& part, const std::string& whole) {
  auto at = whole.begin();
  for (const char letter : part) {
    at = std::find(at, whole.end(), letter);
    if (at == whole.end()) return false;
    ++at;
  }
  return true;
}

using Set = std::set<std::string>;

}  // namespace

TEST_CASE("parts between common genes are exchanged") {
  // Points: start, in front of T, in front of U, end.
  CHECK(children("xTyUz", "pqTU") == Set{"pqTyUz", "pqTUz", "pqTU", "xTUz", "xTU", "xTyU"});
  // The first gene in common: a cut in front of it is the start.
  CHECK(children("Tx", "Typ") == Set{"Typ"});
  CHECK(children("TxU", "TU") == Set{"TU", "TxU"});
}

TEST_CASE("parents without a common gene, equal parents, empty parents") {
  CHECK(children("abc", "xy") == Set{"xy"});
  CHECK(children("abc", "abc") == Set{"abc"});
  CHECK(children("", "xy") == Set{"xy"});
  CHECK(children("xy", "") == Set{""});
  CHECK(children("", "") == Set{""});
}

TEST_CASE("the alignment is a longest one") {
  // Aligned on A B C D, not on the moved X; were it on X, some child would lack one of them.
  for (const auto& child : children("XABCD", "ABCDX")) CHECK(is_subsequence("ABCD", child));
}

TEST_CASE("a child is made of its parents in order, holds every common gene, and is the same for the same stream") {
  const std::string a = "aTbcUdVeef";
  const std::string b = "TghUiiiVWj";
  std::set<std::string> seen;
  for (std::uint32_t slot = 0; slot < 300; ++slot) {
    auto random = random_of(slot);
    auto again = random_of(slot);
    const auto child = crossover(genome(a), genome(b), random);
    CHECK(child == crossover(genome(a), genome(b), again));
    CHECK(child.kernel == "matmul");
    const auto text = letters(child);
    seen.insert(text);
    CHECK(is_subsequence("TUV", text));
    for (const auto& gene : child.genes)
      CHECK((std::ranges::count(genome(a).genes, gene) > 0 || std::ranges::count(genome(b).genes, gene) > 0));
    // What is in front of the first point and behind the second is of a, the middle of b.
    bool explained = false;
    for (std::size_t front = 0; front <= text.size(); ++front)
      for (std::size_t back = 0; front + back <= text.size(); ++back)
        explained |= a.starts_with(text.substr(0, front)) && a.ends_with(text.substr(text.size() - back)) &&
                     b.find(text.substr(front, text.size() - front - back)) != std::string::npos;
    CHECK(explained);
  }
  CHECK(seen.size() == 10);  // five points, every pair another child
}

TEST_CASE("a child that would be too long is not made") {
  const std::string half(longest_genome / 2, 'x');
  const auto a = half + "T" + half.substr(1);
  const auto b = half + half.substr(1) + "T";
  REQUIRE(a.size() == longest_genome);
  for (const auto& child : children(a, b)) CHECK(child.size() <= longest_genome);
  CHECK(children(a, "yyT" + a).contains(a));
}
