#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "gemmini/machine.hpp"

namespace exogene::gemmini {

struct Limits {
  std::uint64_t instructions = 0;  ///< that a kernel may retire
  double seconds = 0;              ///< of wall clock, a backstop
};

struct Setup {
  Accelerator accelerator;
  Kernel kernel;
  std::uint64_t data_seed = 0;
  Limits limits;
};

/// The naive kernel of a user does not make a right result to compare with.
class BadReference : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One kernel on one accelerator, ready to run any number of programs: inputs, right output and an initialised machine
/// that is never used itself. Every run happens in a forked copy.
class Session {
 public:
  /// Throws std::invalid_argument, std::bad_alloc or BadReference.
  explicit Session(const Setup& setup);

  /// {"status", "reason", "metrics", "seconds"} and, when the wall clock decided, "reproducible": false.
  nlohmann::ordered_json run(const std::string& elf, const Timing& timing) const;

 private:
  /// The right result of a kernel of a user's own. Throws BadReference.
  void run_reference(const Setup& setup, const std::string& elf);
  nlohmann::ordered_json run_here(const std::string& elf, const Timing& timing) const;

  Limits limits_;
  std::uint32_t accelerator_dim_;
  Problem problem_;
  std::unique_ptr<GuestMemory> memory_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace exogene::gemmini
