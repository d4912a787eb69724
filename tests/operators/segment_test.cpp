#include "operators/segment.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "operators/draw.hpp"
#include "rig.hpp"

using namespace exogene;

namespace {

Genome genome(const std::string& genes) {
  return parse_genome("kernel: matmul\ngenes:\n" + genes, "genome", alphabet());
}

Genome array() {
  return genome("  - tensorise: {widths: [4, 2]}\n  - simplify: {}\n  - hoist: {buffer: b, loops: 2}\n");
}

/// The schedule is tensorised behind the first gene.
std::optional<Sites> sites_at(std::span<const Gene> prefix) {
  return prefix.empty() ? naive_sites() : array_sites();
}

}  // namespace

TEST_CASE("segments are of every length and at every place") {
  std::set<std::pair<std::size_t, std::size_t>> seen;
  for (std::uint32_t slot = 0; slot < 500; ++slot) {
    auto random = random_of(slot);
    const auto [first, length] = draw_range(7, random);
    seen.insert({first, length});
    CHECK(first + length <= 7);
  }
  CHECK(seen.size() == 7 + 6 + 5 + 4 + 3);
  auto random = random_of(0);
  CHECK(draw_range(0, random).length == 0);
  CHECK(draw_range(1, random).length == 1);
}

TEST_CASE("a gene fits when its kind is of use and all that it names is there") {
  const auto gene = [](const std::string& text) { return genome("  - " + text + "\n").genes[0]; };
  CHECK(fits(gene("tensorise: {widths: [4, 2]}"), naive_sites()));
  CHECK_FALSE(fits(gene("tensorise: {widths: [4, 2]}"), array_sites()));
  CHECK(fits(gene("hoist: {buffer: b, loops: 2}"), array_sites()));
  CHECK_FALSE(fits(gene("hoist: {buffer: nothing, loops: 2}"), array_sites()));
  CHECK_FALSE(fits(gene("hoist: {buffer: b, loops: 5}"), array_sites()));
  CHECK(fits(gene("permute: {loops: [joo, io]}"), array_sites()));
  CHECK_FALSE(fits(gene("permute: {loops: [joo, xyz]}"), array_sites()));
}

TEST_CASE("whatever is drawn fits") {
  for (std::uint32_t slot = 0; slot < 300; ++slot) {
    auto random = random_of(slot);
    const auto sites = slot % 2 == 0 ? naive_sites() : array_sites();
    const auto gene = draw_gene(alphabet(), sites, random);
    REQUIRE(gene.has_value());
    CAPTURE(to_text(*gene));
    CHECK(fits(*gene, sites));
  }
}

TEST_CASE("a graft is put where its first gene fits") {
  const auto donor = genome("  - hoist: {buffer: a, loops: 1}\n  - simplify: {}\n");
  const auto before = array().genes;
  std::set<std::size_t> places;
  for (std::uint32_t slot = 0; slot < 200; ++slot) {
    auto random = random_of(slot);
    auto again = random_of(slot);
    const auto child = graft(array(), donor, sites_at, random);
    CHECK(child == graft(array(), donor, sites_at, again));
    if (!child) continue;
    const auto place = static_cast<std::size_t>(std::ranges::mismatch(before, child->genes).in1 - before.begin());
    const auto length = child->genes.size() - before.size();
    auto rest = child->genes;
    const auto begin = rest.begin() + static_cast<std::ptrdiff_t>(place);
    rest.erase(begin, begin + static_cast<std::ptrdiff_t>(length));
    CHECK(rest == before);
    if (child->genes[place].kind->name == "hoist") places.insert(place);
  }
  CHECK(places == std::set<std::size_t>{1, 2, 3});  // never in front of tensorise
}

TEST_CASE("what fits nowhere, is empty or would be too long is not inserted") {
  auto random = random_of(0);
  const auto undecodable = [](std::span<const Gene>) { return std::optional<Sites>(); };
  const auto segment = array().genes;
  CHECK_FALSE(insert_segment(array(), segment, undecodable, random).has_value());
  CHECK_FALSE(insert_segment(array(), {}, sites_at, random).has_value());
  CHECK_FALSE(graft(array(), {"matmul", {}}, sites_at, random).has_value());
  const Genome full{"matmul", std::vector<Gene>(longest_genome - 2, array().genes[1])};
  CHECK_FALSE(insert_segment(full, segment, sites_at, random).has_value());
  std::size_t asked = 0;
  const Genome longer{"matmul", std::vector<Gene>(100, array().genes[1])};
  const auto refused = insert_segment(
      longer, genome("  - hoist: {buffer: nothing, loops: 2}\n").genes,
      [&](std::span<const Gene> prefix) {
        ++asked;
        return sites_at(prefix);
      },
      random);
  CHECK_FALSE(refused.has_value());
  CHECK(asked == 4);
}
