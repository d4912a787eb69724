#include "operators/draw.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "operators/values.hpp"

namespace exogene {
namespace {

constexpr double composite_share = 0.7;  // composites carry what experts do: most improvements start there
constexpr double usual_share = 0.8;      // the first word of a choice; the rest is shared by all of them
constexpr double neighbour_share = 0.5;

/// The items in another order, which is not `*except` either; nothing when there is none.
template <class T>
std::vector<Value> reordered(const std::vector<T>& items, Random& random, const Value* except) {
  if (items.size() < 2) return {};
  // Two items have one other order, three or more at least five: only then is there one besides `except`.
  const auto* avoided = items.size() > 2 && except != nullptr ? std::get_if<std::vector<T>>(except) : nullptr;
  auto order = items;
  do random.shuffle(order);
  while (order == items || (avoided != nullptr && order == *avoided));
  if (except != nullptr && Value(order) == *except) return {};
  return {std::move(order)};
}

/// At most one list of `count` numbers in min..max.
std::vector<Value> number_list(const Parameter& parameter, Random& random, const Value* except) {
  const auto span = static_cast<std::uint64_t>(parameter.max - parameter.min) + 1;
  std::vector<std::int64_t> list(parameter.count);
  for (;;) {
    for (auto& number : list) number = parameter.min + static_cast<std::int64_t>(random.below(span));
    if (except == nullptr || Value(list) != *except) return {list};
    if (span == 1) return {};
  }
}

/// For every nest of loops, from any of its loops inwards, one other order; the nests in random order.
std::vector<Value> nest_orders(const Sites& sites, Random& random, const Value* except) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i + 1 < sites.loops.size(); ++i)
    if (sites.loops[i].nest) starts.push_back(i);
  random.shuffle(starts);
  std::vector<Value> result;
  for (auto i : starts) {
    std::vector<std::string> chain{sites.loops[i].name};
    while (sites.loops[i].nest && i + 1 < sites.loops.size()) chain.push_back(sites.loops[++i].name);
    std::ranges::move(reordered(chain, random, except), std::back_inserter(result));
  }
  return result;
}

/// Values that fit the argument, in the random order in which to try them; lists are too many to name them all.
/// None is `*except`; that is null when the argument has no value yet.
std::vector<Value> proposals(const Place& at, Random& random, const Value* except) {
  const auto& parameter = at.parameter();
  if (parameter.kind == ArgumentKind::loops) return nest_orders(at.sites, random, except);
  if (parameter.kind == ArgumentKind::integers)
    return parameter.draw == Draw::permutation ? reordered(dimensions(at), random, except)
                                               : number_list(parameter, random, except);
  auto values = single_values(at);
  if (except != nullptr) std::erase(values, *except);
  const auto sorted = values;
  random.shuffle(values);
  if (parameter.kind == ArgumentKind::choice && random.chance(usual_share))
    std::stable_partition(values.begin(), values.end(),
                          [&](const Value& v) { return v == Value(parameter.choices.front()); });
  if (parameter.kind == ArgumentKind::integer && except != nullptr && random.chance(neighbour_share)) {
    const auto above = std::ranges::lower_bound(sorted, *except);
    std::stable_partition(values.begin(), values.end(), [&](const Value& v) {
      return (above != sorted.end() && v == *above) || (above != sorted.begin() && v == *std::prev(above));
    });
  }
  return values;
}

/// Appends the arguments that the gene lacks. False, and the gene as before, when nothing fits.
bool complete(Gene& gene, const Sites& sites, Random& random) {
  const auto index = gene.arguments.size();
  if (index == gene.kind->parameters.size()) return true;
  for (auto& value : proposals({gene, index, sites}, random, nullptr)) {
    gene.arguments.push_back(std::move(value));
    if (complete(gene, sites, random)) return true;
    gene.arguments.pop_back();
  }
  return false;
}

/// What a gene kind that is worth drawing for the schedule does not need.
Needs unwanted_for(const Sites& sites) {
  return sites.tensorised ? Needs::naive : Needs::array;
}

}  // namespace

std::optional<Gene> draw_gene(const GeneKind& kind, const Sites& sites, Random& random) {
  if (kind.needs == unwanted_for(sites)) return std::nullopt;
  Gene gene{&kind, {}};
  if (!complete(gene, sites, random)) return std::nullopt;
  return gene;
}

std::optional<Gene> draw_gene(const Alphabet& alphabet, const Sites& sites, Random& random) {
  std::vector<Level> levels{Level::composite, Level::primitive};
  if (!random.chance(composite_share)) std::swap(levels[0], levels[1]);
  for (const auto level : levels) {
    std::vector<const GeneKind*> kinds;
    for (const auto& kind : alphabet.kinds())
      if (kind.drawn && kind.level == level) kinds.push_back(&kind);
    random.shuffle(kinds);
    for (const auto* kind : kinds)
      if (auto gene = draw_gene(*kind, sites, random)) return gene;
  }
  return std::nullopt;
}

bool fits(const Gene& gene, const Sites& sites) {
  if (gene.kind->needs == unwanted_for(sites)) return false;
  const auto exists = [&](const std::string& loop) {
    return std::ranges::find(sites.loops, loop, &LoopSite::name) != sites.loops.end();
  };
  for (std::size_t index = 0; index < gene.arguments.size(); ++index) {
    if (!is_fitting({gene, index, sites})) return false;
    const auto* loops = std::get_if<std::vector<std::string>>(&gene.arguments[index]);
    if (loops != nullptr && !std::ranges::all_of(*loops, exists)) return false;
  }
  return true;
}

std::optional<Gene> redraw_argument(const Gene& gene, const Sites& sites, Random& random) {
  std::vector<std::size_t> order(gene.arguments.size());
  std::iota(order.begin(), order.end(), 0U);
  random.shuffle(order);
  for (const auto index : order) {
    for (auto& value : proposals({gene, index, sites}, random, &gene.arguments[index])) {
      auto changed = gene;
      changed.arguments[index] = std::move(value);
      bool rest_fits = true;
      for (auto later = index + 1; later < changed.arguments.size() && rest_fits; ++later)
        rest_fits = is_fitting({changed, later, sites});
      if (rest_fits) return changed;
    }
  }
  return std::nullopt;
}

}  // namespace exogene
