#include "search/operator_choice.hpp"

namespace exogene {

Mutation choose_mutation(Random& random) {
  return draw_mutation(random);
}

}  // namespace exogene
