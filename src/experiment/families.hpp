#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "experiment/kernel.hpp"

namespace exogene {

/// The most that one array of a kernel may take.
inline constexpr std::int64_t most_bytes = std::int64_t{1} << 28;

/// A size: its name and the numbers that it may be.
struct Size {
  std::string name;
  std::int64_t least = 1;
  std::int64_t most = most_bytes;
};

/// What kernels of one family have in common.
struct Family {
  std::string name;
  std::vector<Size> sizes;                      ///< in the order of a kernel's text
  std::vector<std::string> inputs;              ///< those with a scale of their own
  std::vector<std::string> keys;                ///< of a kernel file
  void (*check)(const Fields&, const Kernel&);  ///< throws InputError for sizes that do not go together
  std::string (*label)(const Kernel&);          ///< the sizes in a kernel's name
  double (*macs)(const Kernel&);                ///< products of two elements, padding included; 0 if it has none
};

/// The families that come with the program.
const std::vector<Family>& families();

}  // namespace exogene
