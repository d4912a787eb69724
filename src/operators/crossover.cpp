#include "operators/crossover.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "operators/mutation.hpp"

namespace exogene {
namespace {

/// A cut in front of gene `a` of one parent and gene `b` of the other.
struct Cut {
  std::size_t a = 0;
  std::size_t b = 0;
  bool operator==(const Cut&) const = default;
};

/// The start, the places in front of the genes of a longest common subsequence, and the end, each once and in order.
std::vector<Cut> cuts(const std::vector<Gene>& a, const std::vector<Gene>& b) {
  // longest[i][j]: length for the genes from i of a and from j of b
  std::vector<std::vector<std::size_t>> longest(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
  for (auto i = a.size(); i-- > 0;)
    for (auto j = b.size(); j-- > 0;)
      longest[i][j] = a[i] == b[j] ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
  std::vector<Cut> result{{0, 0}};
  Cut at;
  while (at.a < a.size() && at.b < b.size()) {
    if (a[at.a] == b[at.b]) {
      if (at != result.back()) result.push_back(at);
      ++at.a;
      ++at.b;
    } else if (longest[at.a + 1][at.b] >= longest[at.a][at.b + 1]) {
      ++at.a;
    } else {
      ++at.b;
    }
  }
  if (const Cut end{a.size(), b.size()}; end != result.back()) result.push_back(end);
  return result;
}

}  // namespace

Genome crossover(const Genome& a, const Genome& b, Random& random) {
  const auto points = cuts(a.genes, b.genes);
  if (points.size() < 2) return a;
  auto first = static_cast<std::size_t>(random.below(points.size()));
  auto second = static_cast<std::size_t>(random.below(points.size() - 1));
  if (second >= first) ++second;
  if (first > second) std::swap(first, second);
  const auto from = points[first];
  const auto to = points[second];
  if (a.genes.size() - (to.a - from.a) + (to.b - from.b) > longest_genome) return a;
  const auto part = [](const Genome& genome, std::size_t begin, std::size_t end) {
    return std::span(genome.genes).subspan(begin, end - begin);
  };
  Genome child{a.kernel, {}};
  for (const auto genes : {part(a, 0, from.a), part(b, from.b, to.b), part(a, to.a, a.genes.size())})
    child.genes.insert(child.genes.end(), genes.begin(), genes.end());
  return child;
}

}  // namespace exogene
