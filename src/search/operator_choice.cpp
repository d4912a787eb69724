#include "search/operator_choice.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace exogene {
namespace {

// Of a hundred mutants. Growth is favoured: the curated genomes are short.
constexpr std::array<std::pair<Mutation, std::uint64_t>, 5> mutation_shares{{{Mutation::insert, 40},
                                                                             {Mutation::remove, 12},
                                                                             {Mutation::replace, 12},
                                                                             {Mutation::change_argument, 26},
                                                                             {Mutation::swap, 10}}};

}  // namespace

Mutation choose_mutation(Random& random) {
  auto left = random.below(100);
  for (const auto& [mutation, share] : mutation_shares) {
    if (left < share) return mutation;
    left -= share;
  }
  return mutation_shares.back().first;
}

}  // namespace exogene
