// How often which commands come.

#include "generator.hpp"

namespace exogene::gemmini::fuzz {

Commands draw_configuration(Random& random, const State& state) {
  Commands commands{draw_config_ex(random), draw_config_st(random)};
  for (std::uint32_t channel = 0; channel < 3; ++channel) commands.push_back(draw_config_ld(random, state, channel));
  return commands;
}

Commands draw(Random& random, const State& state) {
  const std::uint32_t choice = random.below(1000);
  if (choice < 320) return {draw_load(random, state)};
  if (choice < 540) return {draw_store(random, state)};
  if (choice < 740) return draw_product(random, state);
  if (choice < 780) return {draw_config_ex(random)};
  if (choice < 840) return {draw_config_ld(random, state, random.below(3))};
  if (choice < 890) return {draw_config_st(random)};
  if (choice < 920) return {draw_config_norm(random, state)};
  if (choice < 935) return draw_normalisation(random, state);
  if (choice < 945) return {{random.pick({Kind::flush, Kind::fence, Kind::counter}), random.word(), random.word()}};
  if (choice < 955) return draw_loop_ws(random, state);
  if (choice < 962) return draw_loop_conv_ws(random, state);
  return draw_refused(random, state);
}

}  // namespace exogene::gemmini::fuzz
