#pragma once
#include <vector>

namespace exogene {

/// A linear law from examples: ridge regression (A. E. Hoerl, R. W. Kennard, Technometrics 12(1), 1970) on inputs of
/// mean 0 and variance 1.
class Ridge {
 public:
  /// One or more inputs, all of the same length, with a target each. `penalty` weighs the squares of the coefficients
  /// against those of the errors. An input that is the same in all examples has no influence.
  Ridge(const std::vector<std::vector<double>>& inputs, const std::vector<double>& targets, double penalty);

  [[nodiscard]] double operator()(const std::vector<double>& input) const;

 private:
  std::vector<double> means_;
  std::vector<double> slopes_;
  double mean_target_ = 0;
};

}  // namespace exogene
