#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/hdf5.hpp"
#include "search/individual.hpp"

/// What is where in a history file, known to its writer and its reader.
///
/// Every dataset below /individuals, /generations and /proposals is a column: one row an individual, a generation, or a
/// question to an LLM. A list of another length each row (texts, introns, populations) is two datasets: `offsets`, one
/// more than there are rows, and `bytes` or `values`; the list of row r is values[offsets[r]] .. values[offsets[r + 1]
/// - 1]. Only as many rows count as /committed says, and as many proposals as were proposed in those generations; more
/// may be there while a run writes, or after it was killed.
namespace exogene::schema {

inline constexpr std::uint32_t format = 4;

/// What one cell of a column holds.
enum class Cell { byte, boolean, status, verdict, outcome, u32, u64, i64, f64 };

struct Column {
  std::string name;  ///< path in the file, e.g. `individuals/id`
  Cell cell{};
  hsize_t width = 1;               ///< cells a row
  bool offsets = false;            ///< has one row more than the table, the first being 0
  std::string help;                ///< meaning and unit
  std::vector<std::string> names;  ///< of the cells of a row, or of a list, where they differ

  /// Dimensions of the dataset: 1 for one cell a row, else 2.
  [[nodiscard]] int rank() const { return width == 1 ? 1 : 2; }
};

/// Bytes of a cell, in memory and on disk.
std::size_t size_of(Cell cell);

/// The type on disk; also used in memory.
hdf5::Handle type_of(Cell cell);

/// All columns of all tables.
const std::vector<Column>& columns();
const Column& column(std::string_view name);

/// Rows that are complete, as in /committed.
struct Committed {
  std::uint64_t individuals = 0;
  std::uint64_t generations = 0;
  bool operator==(const Committed&) const = default;
};
inline constexpr auto committed_name = "committed";
inline constexpr auto committed_help = "numbers of individuals and of generations that are complete: use so many rows";
inline constexpr auto experiment_name = "experiment";
inline constexpr auto experiment_help = "the resolved experiment, YAML in UTF-8";

Committed read_committed(hid_t file);

/// What is wrong with the individual as the one with that id, e.g. `id is 7; expected 3`; nothing when it is
/// sound.
std::optional<std::string> fault(const Individual& individual, std::uint64_t id);

/// What is wrong with the generation as the one with that number, when `alive` individuals exist; `born` is not looked
/// at.
std::optional<std::string> fault(const Generation& generation, std::uint64_t number, std::uint64_t alive);

/// What is wrong with the proposal as one of the generation with that number, when `alive` individuals exist.
std::optional<std::string> fault(const Proposal& proposal, std::uint64_t number, std::uint64_t alive);

}  // namespace exogene::schema
