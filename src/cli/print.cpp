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

void print_line(std::string_view name, std::string_view value) {
  fmt::print("{:<22}{:>16}\n", name, value);
}

void print_note(std::string_view name, std::string_view text) {
  fmt::print("{:<22}{}\n", name, text);
}

void print_costs(const StageSeconds& seconds, const std::map<std::string, std::string>& versions) {
  fmt::print("\n");
  for (const auto& [name, spent] : {std::pair<const char*, double>{"decode", seconds.decode},
                                    {"compile", seconds.compile},
                                    {"simulate", seconds.simulate}})
    print_line(name, fmt::format("{:.3f} s", spent));
  fmt::print("\n");
  for (const auto& [name, version] : versions) print_note(name, version);
}

std::string numbered(const Genome& genome, std::int64_t gene) {
  return fmt::format("{} ({})", gene, to_text(genome.genes.at(static_cast<std::size_t>(gene))));
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
  auto path = typed(std::filesystem::read_symlink("/proc/self/exe", ignored));
  if (path.ends_with("-mpi")) path.resize(path.size() - 4);  // what exogene hands over to
  return path;
}

}  // namespace exogene::cli
