#include "operators/macro.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>

#include "operators/segment.hpp"

namespace exogene {
namespace {

using Segment = std::span<const Gene>;

bool holds(const Genome& genome, Segment segment) {
  return !std::ranges::search(genome.genes, segment).empty();
}

std::string to_text(Segment segment) {
  std::string text;
  for (const auto& gene : segment) text += exogene::to_text(gene) + '\n';
  return text;
}

/// Each segment of 2 to longest_segment genes, by its text.
std::map<std::string, Segment> segments(const Genome& genome) {
  std::map<std::string, Segment> result;
  for (std::size_t first = 0; first < genome.genes.size(); ++first)
    for (std::size_t length = 2; length <= std::min(longest_segment, genome.genes.size() - first); ++length) {
      const auto segment = Segment(genome.genes).subspan(first, length);
      result.try_emplace(to_text(segment), segment);
    }
  return result;
}

}  // namespace

std::vector<Macro> mine_macros(const std::vector<Success>& successes, std::size_t count) {
  std::map<std::string, Macro> found;
  for (const auto& success : successes)
    for (const auto& [text, segment] : segments(*success.child)) {
      if (std::ranges::any_of(success.parents, [&](const Genome* parent) { return holds(*parent, segment); })) continue;
      auto& macro = found[text];
      if (macro.support++ == 0) macro.genes.assign(segment.begin(), segment.end());
      macro.gain += success.gain;
    }
  std::vector<Macro> macros;
  for (auto& [text, macro] : found) macros.push_back(std::move(macro));  // in order of text
  std::ranges::stable_sort(macros, [](const Macro& a, const Macro& b) {
    return std::tuple(a.gain, a.support, a.genes.size()) > std::tuple(b.gain, b.support, b.genes.size());
  });
  macros.resize(std::min(macros.size(), count));
  return macros;
}

std::optional<Genome> insert_macro(const Genome& genome, const std::vector<Macro>& macros, const SitesAt& sites_at,
                                   Random& random) {
  std::vector<const Macro*> others;
  std::vector<double> gains;
  for (const auto& macro : macros)
    if (!holds(genome, macro.genes)) {
      others.push_back(&macro);
      gains.push_back(macro.gain);
    }
  if (others.empty()) return std::nullopt;
  return insert_segment(genome, others[random.weighted(gains)]->genes, sites_at, random);
}

}  // namespace exogene
