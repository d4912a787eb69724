#include "operators/walk.hpp"

#include <set>

#include "rig.hpp"

using namespace exogene;

namespace {

Genome start() {
  return parse_genome("kernel: matmul\ngenes:\n  - tensorise: {widths: [4, 2]}\n", "start", alphabet());
}

std::optional<Sites> any_sites(std::span<const Gene>) {
  return array_sites();
}

}  // namespace

TEST_CASE("a walk appends as many genes as it is asked for, others each time") {
  std::set<std::string> seen;
  for (std::uint32_t slot = 0; slot < 50; ++slot) {
    auto random = random_of(slot);
    const auto walked = walk(start(), slot % 7, alphabet(), any_sites, random);
    CHECK(walked.kernel == "matmul");
    REQUIRE(walked.genes.size() == 1 + slot % 7);
    CHECK(walked.genes.front() == start().genes.front());
    CHECK(parse_genome(to_text(walked), "walked", alphabet()) == walked);
    seen.insert(to_text(walked));
  }
  CHECK(seen.size() > 40);
}

TEST_CASE("a gene that does not decode is drawn anew") {
  const auto decodes = [](std::span<const Gene> prefix) {
    return hash(Genome{"matmul", {prefix.begin(), prefix.end()}}).low % 2;
  };
  const auto sites = [&](std::span<const Gene> prefix) {
    return prefix.size() == 1 || decodes(prefix) == 0 ? std::optional(array_sites()) : std::nullopt;
  };
  std::size_t genes = 0;
  for (std::uint32_t slot = 0; slot < 50; ++slot) {
    auto random = random_of(slot);
    const auto walked = walk(start(), 4, alphabet(), sites, random);
    genes += walked.genes.size() - 1;
    for (std::size_t length = 2; length <= walked.genes.size(); ++length)
      CHECK(decodes(std::span(walked.genes).first(length)) == 0);
  }
  CHECK(genes > 4 * 45);  // of 200
}

TEST_CASE("a walk ends where nothing decodes and at the longest genome") {
  auto random = random_of(1);
  const auto nowhere = [](std::span<const Gene>) { return std::optional<Sites>(); };
  CHECK(walk(start(), 4, alphabet(), nowhere, random) == start());
  int asked = 0;
  const auto only_here = [&](std::span<const Gene> prefix) {
    ++asked;
    return prefix.size() == 1 ? std::optional(array_sites()) : std::nullopt;
  };
  CHECK(walk(start(), 4, alphabet(), only_here, random) == start());
  CHECK(asked < 20);
  auto longest = start();
  longest.genes.resize(longest_genome - 1, longest.genes.front());
  CHECK(walk(longest, 5, alphabet(), any_sites, random).genes.size() == longest_genome);
}
