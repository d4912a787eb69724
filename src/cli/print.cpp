#include "cli/print.hpp"

#include <fmt/format.h>

#include <cmath>

#include "eval/evaluation.hpp"

namespace exogene::cli {

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3)
    text.insert(static_cast<std::size_t>(place), 1, ',');
  return text;
}

std::string shown(std::size_t metric, std::uint64_t value) {
  if (metric_names()[metric] != "utilisation") return grouped(value);
  return fmt::format("{:.1f} %", static_cast<double>(value) / 1e4);
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::lround(std::max(0.0, seconds)));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string typed(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto relative = std::filesystem::relative(path, ignored);
  return ignored || relative.empty() || *relative.begin() == ".." ? path.string() : relative.string();
}

std::string program() {
  std::error_code ignored;
  return typed(std::filesystem::read_symlink("/proc/self/exe", ignored));
}

}  // namespace exogene::cli
