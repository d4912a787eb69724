#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "eval/evaluation.hpp"
#include "genome/genome.hpp"

namespace exogene::cli {

/// A name and a number, word or time, in columns; a name and a text.
void print_line(std::string_view name, std::string_view value);
void print_note(std::string_view name, std::string_view text);

/// What the stages took, and the versions of the tools.
void print_costs(const StageSeconds& seconds, const std::map<std::string, std::string>& versions);

/// A gene with its index: `3 (simplify: {})`.
std::string numbered(const Genome& genome, std::int64_t gene);

/// With a comma between thousands: 1,234,567.
std::string grouped(std::uint64_t number);

/// A metric as people read it, given its place in metric_names(): 1,234,567 or, of utilisation, 23.9 %.
std::string shown(std::size_t metric, std::uint64_t value);

/// Minutes and seconds, 1:05, or hours too, 2:01:05.
std::string clock_time(double seconds);

/// The path as a person in this folder would type it.
std::string typed(const std::filesystem::path& path);

/// This program as a person in this folder would type it.
std::string program();

}  // namespace exogene::cli
