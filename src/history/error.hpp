#pragma once
#include <stdexcept>

namespace exogene {

/// A history or journal that cannot be read or written: one line, `path: what is wrong; what would be right`.
class HistoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace exogene
