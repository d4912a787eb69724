#include "eval/proof.hpp"

#include <fmt/format.h>

namespace exogene {

const std::vector<std::string>& verdict_names() {
  static const std::vector<std::string> names{"untried", "proven", "not_proven", "undecided"};
  return names;
}

std::string_view to_string(Verdict verdict) {
  return verdict_names()[static_cast<std::size_t>(verdict)];
}

Proof proof_of(const Evaluation& proving, std::span<const Gene> genes) {
  if (proving.status == Status::ok) return {Verdict::proven, {}};
  auto where = std::string(to_string(proving.status));
  if (proving.failed_gene >= 0)
    where += fmt::format(", gene {} ({})", proving.failed_gene,
                         to_text(genes[static_cast<std::size_t>(proving.failed_gene)]));
  return {proving.reproducible ? Verdict::not_proven : Verdict::undecided,
          fmt::format("{}: {}", where, proving.reason)};
}

Proof proof_of(const Evaluation& proving, std::span<const Gene> genes, const Hash& measured) {
  if (proving.status == Status::ok && proving.c_hash != measured)
    return {Verdict::not_proven, "decode: with every check it makes another program than the one that was measured"};
  return proof_of(proving, genes);
}

}  // namespace exogene
