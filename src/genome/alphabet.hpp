#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace exogene {

enum class ArgumentKind { loop, buffer, statement, integer, integers, loops, choice };

/// Which sites are worth drawing for an argument. loop: constant, inside, nest, next, enclosing; buffer: local, loaded,
/// stored, later; statement: next. `enclosing` and `later` refer to the buffer argument in front. The catalogue's head
/// explains each.
enum class Where { anywhere, constant, inside, nest, next, enclosing, local, loaded, stored, later };

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
  Where where = Where::anywhere;     ///< loop, buffer, statement
  Draw draw = Draw::uniform;         ///< integer, integers
  std::size_t count = 0;             ///< integers drawn uniformly: how many
};

enum class Level { primitive, composite };

/// Which schedules a gene kind is worth drawing for: all, those not yet tensorised, those tensorised.
enum class Needs { nothing, naive, array };

/// One kind of gene: an Exo scheduling operator or a composite of several.
struct GeneKind {
  std::string name;
  Level level{};
  Needs needs = Needs::nothing;
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

/// A loop, buffer or statement name: an identifier, for statements also with the operator behind it (`C=`, `C+=`),
/// and then, if it is not the first of that name in program order, `#n`.
bool is_site_name(std::string_view text);

}  // namespace exogene
