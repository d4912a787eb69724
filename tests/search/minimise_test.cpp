#include "search/minimise.hpp"

#include <fmt/format.h>

#include "rig.hpp"

using namespace exogene;

namespace {

/// A loop of that number is unrolled.
std::vector<Gene> genes_of(const std::vector<int>& loops) {
  std::string text = "kernel: matmul\ngenes:\n";
  for (const int loop : loops) text += fmt::format("  - unroll_loop: {{loop: l{}}}\n", loop);
  return parse_genome(text, "test", alphabet()).genes;
}

std::vector<int> loops_of(std::span<const Gene> genes) {
  std::vector<int> result;
  for (const auto& gene : genes) result.push_back(std::stoi(std::get<std::string>(gene.arguments[0]).substr(1)));
  return result;
}

/// 9 stands for a gene that changes nothing; C is made only of an even number of 5s, which change nothing either.
std::optional<Hash> sum(std::span<const Gene> genes) {
  const auto loops = loops_of(genes);
  if (std::ranges::count(loops, 5) % 2 != 0) return std::nullopt;
  std::string left;
  for (const int loop : loops)
    if (loop != 9 && loop != 5) left += std::to_string(loop);
  return hash(std::string_view(left));
}

}  // namespace

TEST_CASE("genes go one by one and two by two while the program stays") {
  CHECK(loops_of(minimise(genes_of({9, 1, 9, 2, 5, 9, 3, 5, 9}), {0}, sum)) == std::vector{1, 2, 3});
  CHECK(loops_of(minimise(genes_of({1, 2, 3}), {}, sum)) == std::vector{1, 2, 3});
  CHECK(minimise(genes_of({9}), {}, sum).empty());
  CHECK(minimise({}, {}, sum).empty());
}

TEST_CASE("introns go at once") {
  int calls = 0;
  const auto counted = [&](std::span<const Gene> genes) {
    ++calls;
    return sum(genes);
  };
  CHECK(loops_of(minimise(genes_of({9, 9, 9, 9, 1}), {0, 1, 2, 3}, counted)) == std::vector{1});
  CHECK(calls == 3);  // the whole, without introns, without the last
}

TEST_CASE("genes that make no program stay as they are") {
  CHECK(loops_of(minimise(genes_of({9, 5}), {0}, sum)) == std::vector{9, 5});
}
