#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace exogene {

enum class ArgumentKind { loop, buffer, statement, integer, integers, loops, choice };

/// One argument that a gene kind takes.
struct Parameter {
  std::string name;
  ArgumentKind kind{};
  std::int64_t min = 0;              ///< integer, integers: least value
  std::int64_t max = 0;              ///< integer, integers: greatest value
  std::vector<std::string> choices;  ///< choice: the words allowed
};

enum class Level { primitive, composite };

/// One kind of gene: an Exo scheduling operator or a composite of several.
struct GeneKind {
  std::string name;
  Level level{};
  std::string help;
  std::vector<Parameter> parameters;  ///< in canonical order
};

/// The catalogue of gene kinds, in the order of its file.
class Alphabet {
 public:
  /// Reads the catalogue; throws InputError where it is malformed.
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
