#include "operators/mutation.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "rig.hpp"

using namespace exogene;

namespace {

const std::vector<Mutation> all{Mutation::insert, Mutation::remove,    Mutation::replace, Mutation::change_argument,
                                Mutation::swap,   Mutation::duplicate, Mutation::move};

Genome parent() {
  return parse_genome(R"(kernel: matmul
genes:
  - tensorise: {widths: [4, 2]}
  - simplify: {}
  - simplify: {}
  - hoist: {buffer: b, loops: 2}
  - tile: {loop: koo, factor: 2}
)",
                      "parent", alphabet());
}

/// The schedule is tensorised behind the first gene.
std::optional<Sites> sites_at(std::span<const Gene> prefix) {
  return prefix.empty() ? naive_sites() : array_sites();
}

std::optional<Genome> mutated(Mutation mutation, const Genome& genome, std::uint32_t slot,
                              const SitesAt& sites = sites_at) {
  auto random = random_of(slot);
  return mutate(mutation, genome, alphabet(), sites, random);
}

/// Genes that both have in front, before the first difference.
std::size_t common_front(const std::vector<Gene>& a, const std::vector<Gene>& b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::vector<Gene> without(std::vector<Gene> genes, std::size_t position) {
  genes.erase(genes.begin() + static_cast<std::ptrdiff_t>(position));
  return genes;
}

}  // namespace

TEST_CASE("names of mutations") {
  std::vector<std::string_view> names;
  for (const auto mutation : all) names.push_back(to_string(mutation));
  CHECK(names ==
        std::vector<std::string_view>{"insert", "delete", "replace", "change_argument", "swap", "duplicate", "move"});
}

TEST_CASE("mutations are deterministic and keep the kernel") {
  for (const auto mutation : all) {
    for (std::uint32_t slot = 0; slot < 50; ++slot) {
      const auto child = mutated(mutation, parent(), slot);
      CHECK(child == mutated(mutation, parent(), slot));
      if (child) {
        CHECK(child->kernel == "matmul");
        CHECK(*child != parent());
      }
    }
  }
}

TEST_CASE("insert adds one gene, at every position") {
  const auto before = parent().genes;
  std::set<std::size_t> positions;
  for (std::uint32_t slot = 0; slot < 300; ++slot) {
    const auto child = mutated(Mutation::insert, parent(), slot);
    REQUIRE(child.has_value());
    REQUIRE(child->genes.size() == before.size() + 1);
    const auto position = common_front(before, child->genes);
    CHECK(without(child->genes, position) == before);
    positions.insert(position);
  }
  CHECK(positions.size() == before.size() + 1);
}

TEST_CASE("delete drops one gene, at every position") {
  const auto before = parent().genes;
  std::set<std::size_t> positions;
  for (std::uint32_t slot = 0; slot < 200; ++slot) {
    const auto child = mutated(Mutation::remove, parent(), slot);
    REQUIRE(child.has_value());
    REQUIRE(child->genes.size() == before.size() - 1);
    const auto position = common_front(child->genes, before);
    CHECK(child->genes == without(before, position));
    positions.insert(position);
  }
  CHECK(positions.size() == before.size() - 1);  // the two equal genes cannot be told apart
}

TEST_CASE("replace changes one gene, change_argument one argument of one") {
  const auto before = parent().genes;
  for (const auto mutation : {Mutation::replace, Mutation::change_argument}) {
    std::set<std::size_t> positions;
    for (std::uint32_t slot = 0; slot < 300; ++slot) {
      const auto child = mutated(mutation, parent(), slot);
      if (!child) continue;
      REQUIRE(child->genes.size() == before.size());
      const auto position = common_front(before, child->genes);
      REQUIRE(position < before.size());
      CHECK(without(child->genes, position) == without(before, position));
      positions.insert(position);
      if (mutation != Mutation::change_argument) continue;
      const auto& gene = child->genes[position];
      CHECK(gene.kind == before[position].kind);
      int differences = 0;
      for (std::size_t i = 0; i < gene.arguments.size(); ++i)
        differences += gene.arguments[i] != before[position].arguments[i] ? 1 : 0;
      CHECK(differences == 1);
    }
    CHECK(positions.size() == (mutation == Mutation::replace ? 5 : 3));  // simplify has no argument
  }
}

TEST_CASE("swap exchanges neighbours that differ") {
  const auto before = parent().genes;
  std::set<std::size_t> positions;
  for (std::uint32_t slot = 0; slot < 100; ++slot) {
    const auto child = mutated(Mutation::swap, parent(), slot);
    REQUIRE(child.has_value());
    const auto position = common_front(before, child->genes);
    REQUIRE(position + 1 < before.size());
    auto expected = before;
    std::swap(expected[position], expected[position + 1]);
    CHECK(child->genes == expected);
    positions.insert(position);
  }
  CHECK(positions == std::set<std::size_t>{0, 2, 3});
}

TEST_CASE("duplicate copies a segment, move takes one elsewhere") {
  const auto before = parent().genes;
  std::set<std::size_t> lengths;
  std::set<std::vector<std::string>> moved;
  const auto texts = [](const std::vector<Gene>& genes) {
    std::vector<std::string> result;
    for (const auto& gene : genes) result.push_back(to_text(gene));
    return result;
  };
  for (std::uint32_t slot = 0; slot < 300; ++slot) {
    if (const auto child = mutated(Mutation::duplicate, parent(), slot)) {
      const auto length = child->genes.size() - before.size();
      lengths.insert(length);
      bool explained = false;  // some segment of that length can be taken out, and is one of the parent
      for (std::size_t at = 0; at <= before.size(); ++at) {
        const auto segment = std::span(child->genes).subspan(at, length);
        auto rest = child->genes;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at),
                   rest.begin() + static_cast<std::ptrdiff_t>(at + length));
        explained |= rest == before && !std::ranges::search(before, segment).empty();
      }
      CHECK(explained);
    }
    if (const auto child = mutated(Mutation::move, parent(), slot)) {
      auto sorted = texts(child->genes);
      auto expected = texts(before);
      moved.insert(sorted);
      std::ranges::sort(sorted);
      std::ranges::sort(expected);
      CHECK(sorted == expected);
    }
  }
  CHECK(lengths == std::set<std::size_t>{1, 2, 3, 4, 5});
  CHECK(moved.size() > 10);
}

TEST_CASE("new genes fit the schedule in front of them, for which the sites are asked once") {
  for (const auto mutation : {Mutation::insert, Mutation::replace, Mutation::change_argument}) {
    for (std::uint32_t slot = 0; slot < 100; ++slot) {
      std::vector<std::vector<Gene>> asked;
      const auto child = mutated(mutation, parent(), slot, [&](std::span<const Gene> prefix) {
        asked.emplace_back(prefix.begin(), prefix.end());
        return sites_at(prefix);
      });
      REQUIRE(asked.size() == 1);
      if (!child) continue;
      const auto position = asked[0].size();
      CHECK(std::equal(asked[0].begin(), asked[0].end(), child->genes.begin()));
      CHECK(child->genes[position].kind->needs != (position == 0 ? Needs::array : Needs::naive));
    }
  }
}

TEST_CASE("what is not possible is not made") {
  const Genome empty{"matmul", {}};
  for (const auto mutation : all) CHECK(mutated(mutation, empty, 0).has_value() == (mutation == Mutation::insert));

  const auto undecodable = [](std::span<const Gene>) { return std::optional<Sites>(); };
  for (const auto mutation : {Mutation::insert, Mutation::replace, Mutation::change_argument})
    CHECK_FALSE(mutated(mutation, parent(), 0, undecodable).has_value());

  const Genome full{"matmul", std::vector<Gene>(longest_genome, parent().genes[1])};
  CHECK_FALSE(mutated(Mutation::insert, full, 0).has_value());
  CHECK_FALSE(mutated(Mutation::duplicate, full, 0).has_value());
  CHECK_FALSE(mutated(Mutation::move, full, 0).has_value());
  CHECK_FALSE(mutated(Mutation::change_argument, full, 0).has_value());
  CHECK_FALSE(mutated(Mutation::swap, full, 0).has_value());
  CHECK(mutated(Mutation::remove, full, 0).has_value());
  const Genome nearly{"matmul", std::vector<Gene>(longest_genome - 1, parent().genes[1])};
  CHECK(mutated(Mutation::insert, nearly, 0)->genes.size() == longest_genome);
}

TEST_CASE("a repair drops what is refused, but neither most of a genome nor what maps it to the array") {
  const auto refuse = [](std::string name) {
    return [name](std::span<const Gene> genes) -> std::optional<std::size_t> {
      const auto found = std::ranges::find_if(genes, [&](const Gene& gene) { return gene.kind->name == name; });
      if (found == genes.end()) return std::nullopt;
      return static_cast<std::size_t>(found - genes.begin());
    };
  };
  const auto genome = parse_genome(
      "kernel: matmul\ngenes:\n  - tensorise: {widths: [4, 4]}\n  - hoist_config: {}\n  - simplify: {}\n"
      "  - hoist_config: {}\n",
      "test", alphabet());
  CHECK(repaired(genome, genome, refuse("tile")) == genome);
  const auto shorter = repaired(genome, genome, refuse("hoist_config"));
  REQUIRE(shorter.has_value());
  CHECK(shorter->genes == std::vector{genome.genes[0], genome.genes[2]});
  CHECK_FALSE(repaired(genome, genome, refuse("tensorise")).has_value());
  auto more = genome;
  more.genes.push_back(more.genes.back());
  more.genes.push_back(more.genes.back());
  CHECK_FALSE(repaired(more, genome, refuse("hoist_config")).has_value());
}

TEST_CASE("a child does not lose what maps its parent to the array") {
  const auto all_fit = [](std::span<const Gene>) { return std::optional<std::size_t>(); };
  const auto parent = parse_genome("kernel: matmul\ngenes:\n  - tensorise: {widths: [1, 1]}\n  - hoist_config: {}\n",
                                   "test", alphabet());
  const auto naive = parse_genome("kernel: matmul\ngenes:\n  - hoist_config: {}\n", "test", alphabet());
  CHECK_FALSE(repaired(naive, parent, all_fit).has_value());
  CHECK(repaired(naive, naive, all_fit) == naive);
  CHECK(repaired(parent, naive, all_fit) == parent);
}

TEST_CASE("every mutation is drawn") {
  std::set<Mutation> seen;
  for (std::uint32_t slot = 0; slot < 100; ++slot) {
    auto random = random_of(slot);
    seen.insert(draw_mutation(random));
  }
  CHECK(seen.size() == 5);
}
