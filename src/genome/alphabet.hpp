#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace exogene {

enum class ArgumentKind {
  loop,
  buffer,
  statement,
  expression,
  array,
  instruction,
  memory,
  configuration,
  integer,
  integers,
  loops,
  choice
};

/// Whether its values are single names.
bool is_name(ArgumentKind kind);

/// Which sites are worth drawing for an argument. All: fitting; loop: constant, inside, nest, next, enclosing, around,
/// idle; buffer: local, loaded, stored, later. The catalogue's head explains each.
enum class Where {
  anywhere,
  fitting,
  constant,
  inside,
  nest,
  next,
  enclosing,
  around,
  idle,
  local,
  loaded,
  stored,
  later
};

/// Which numbers are worth drawing for an argument, always within min..max. integer: all but permutation; integers:
/// uniform, permutation. The catalogue's head explains each.
enum class Draw { uniform, divisor, iteration, depth, dimension, bank, permutation };

/// One argument that a gene kind takes.
struct Parameter {
  std::string name;
  ArgumentKind kind{};
  std::int64_t min = 0;              ///< integer, integers: least value
  std::int64_t max = 0;              ///< integer, integers: greatest value
  std::vector<std::string> choices;  ///< choice: the words allowed, the usual one first
  Where where = Where::anywhere;     ///< loop, buffer, statement, expression
  Draw draw = Draw::uniform;         ///< integer, integers
  std::size_t count = 0;             ///< integers drawn uniformly: how many
};

/// What it takes, for people and models to read: `a loop`, `2..4096`, `[1..4, ...]`, `perfect | cut`.
std::string to_text(const Parameter& parameter);

enum class Level { primitive, composite };

/// Which schedules a gene kind is worth drawing for: all, those not yet tensorised, those tensorised.
enum class Needs { nothing, naive, array };

/// One kind of gene: an Exo scheduling operator or a composite of several.
struct GeneKind {
  std::string name;
  Level level{};
  Needs needs = Needs::nothing;
  bool drawn = true;  ///< whether operators draw genes of this kind at all
  std::string help;
  std::vector<Parameter> parameters;  ///< in canonical order
};

/// The catalogue of gene kinds, in the order of its file.
class Alphabet {
 public:
  /// Reads the catalogue; throws InputError `path:line: what` where it is malformed.
  static Alphabet load(const std::filesystem::path& path);

  /// The kind of that name, or null.
  [[nodiscard]] const GeneKind* find(std::string_view name) const;
  [[nodiscard]] const std::vector<GeneKind>& kinds() const { return kinds_; }

 private:
  std::vector<GeneKind> kinds_;
};

/// A name in a schedule: an identifier, for statements also with the operator behind it (`C=`, `C+=`), then, if it is
/// not the first of that name in program order, `#n`, and for an expression `.n`, its number in the statement.
bool is_site_name(std::string_view text);

}  // namespace exogene
