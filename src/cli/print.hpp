#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

namespace exogene::cli {

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
