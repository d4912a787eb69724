// The number of threads must not decide how a sum is split.
#define EIGEN_DONT_PARALLELIZE
#include "search/ridge.hpp"

#include <Eigen/Cholesky>
#include <cmath>

namespace exogene {

Ridge::Ridge(const std::vector<std::vector<double>>& inputs, const std::vector<double>& targets, double penalty) {
  const auto count = static_cast<Eigen::Index>(inputs.size());
  const auto width = static_cast<Eigen::Index>(inputs.front().size());
  Eigen::MatrixXd x(count, width);
  for (Eigen::Index row = 0; row < count; ++row)
    x.row(row) = Eigen::Map<const Eigen::RowVectorXd>(inputs[static_cast<std::size_t>(row)].data(), width);
  const Eigen::RowVectorXd means = x.colwise().mean();
  x.rowwise() -= means;
  Eigen::RowVectorXd scales = (x.colwise().squaredNorm() / static_cast<double>(count)).cwiseSqrt();
  // What varies by rounding alone varies not at all.
  for (Eigen::Index i = 0; i < width; ++i) scales[i] = scales[i] > 1e-9 * (1 + std::abs(means[i])) ? 1 / scales[i] : 0;
  x *= scales.asDiagonal();
  Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(targets.data(), count);
  mean_target_ = y.mean();
  y.array() -= mean_target_;
  const Eigen::MatrixXd normal = x.transpose() * x + penalty * Eigen::MatrixXd::Identity(width, width);
  const Eigen::VectorXd slopes = normal.llt().solve(x.transpose() * y).cwiseProduct(scales.transpose());
  means_.assign(means.begin(), means.end());
  slopes_.assign(slopes.begin(), slopes.end());
}

double Ridge::operator()(const std::vector<double>& input) const {
  double result = mean_target_;
  for (std::size_t i = 0; i < slopes_.size(); ++i) result += slopes_[i] * (input[i] - means_[i]);
  return result;
}

}  // namespace exogene
