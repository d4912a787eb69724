#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "gemmini/isa.hpp"
#include "scalar/fault.hpp"

namespace exogene::gemmini::fuzz {

struct Result {
  std::uint64_t sent = 0, accepted = 0;
  std::array<std::uint64_t, kinds> of_kind{};  ///< accepted
  std::string difference;                      ///< the first one, with seed and command; the stream ends there
};

/// Of a plain model with an error: it reads or writes where no memory is.
inline constexpr const char* left_memory = "the plain model leaves a memory";

/// Sends `commands` random commands, which `seed` decides as well as the accelerator, to the model and to the plain one
/// with this error planted in it, and compares everything after every command. What the model refuses the plain one is
/// not told, so that it must have changed nothing.
Result run_stream(std::uint64_t seed, std::uint64_t commands, scalar::Fault fault = scalar::Fault::none);

}  // namespace exogene::gemmini::fuzz
