#include "eval/evaluator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "eval/proof.hpp"
#include "genome/yaml.hpp"

namespace exogene {

std::optional<Evaluation> ResultCache::find(const Hash& c, std::uint64_t data_seed) const {
  const std::lock_guard lock(mutex_);
  const auto found = results_.find({c, data_seed});
  return found == results_.end() ? std::nullopt : std::optional(found->second);
}

void ResultCache::keep(const Evaluation& evaluation, std::uint64_t data_seed) {
  if (!evaluation.reproducible || evaluation.c_hash == Hash{}) return;
  const std::lock_guard lock(mutex_);
  results_.try_emplace({evaluation.c_hash, data_seed}, evaluation);
}

TemporaryFolder::TemporaryFolder() {
  auto pattern = (std::filesystem::temp_directory_path() / "exogene-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw EnvironmentError(pattern + ": cannot make a temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Lane::Lane(const Task& task, ResultCache& cache)
    : task_(task), cache_(cache), decode_(task_, folder_.path()), compile_(task_, folder_.path()) {}

SimulateStage& Lane::simulator() {
  if (!simulate_)
    simulate_.emplace(task_, folder_.path(), task_.kernel.exo.empty() ? description(task_.kernel) : own_kernel());
  return *simulate_;
}

nlohmann::json Lane::own_kernel() {
  Evaluation naive;
  const auto c = decode_.decode({}, naive);
  std::filesystem::path elf;
  if (naive.status == Status::ok) elf = compile_.compile(c, naive);
  if (naive.status != Status::ok)
    throw InputError(fmt::format("{}: the naive kernel: {}", task_.kernel.exo, naive.reason));
  const auto reference = folder_.path() / "reference.elf";
  std::filesystem::rename(elf, reference);
  return {{"family", "own"},
          {"exo", task_.kernel.exo},
          {"arguments", decode_.arguments()},
          {"reference", reference.string()}};
}

Evaluation Lane::evaluate(std::span<const Gene> genes) {
  Evaluation evaluation;
  simulator();  // before the time of the first evaluation is taken
  const auto c = decode_.decode(genes, evaluation);
  if (evaluation.status == Status::ok) measure(c, {&search_data, 1}, evaluation);
  return evaluation;
}

Evaluation Lane::prove(std::span<const Gene> genes) {
  Evaluation evaluation;
  const bool always = task_.checks == Checks::always;
  if (!always && !decode_checked_) {
    auto checked = task_;
    checked.checks = Checks::always;
    checked.gene_seconds = proof_gene_seconds;
    const auto folder = folder_.path() / "checked";
    std::filesystem::create_directory(folder);
    decode_checked_.emplace(checked, folder);
  }
  const auto c = (always ? decode_ : *decode_checked_).decode(genes, evaluation);
  if (evaluation.status == Status::ok) measure(c, fresh_data, evaluation);
  return evaluation;
}

void Lane::measure(const std::string& c, std::span<const std::uint64_t> data_seeds, Evaluation& evaluation) {
  evaluation.c_hash = hash(std::string_view(c));
  std::filesystem::path elf;
  std::vector<std::uint64_t> metrics;  // on the first data set
  for (const auto seed : data_seeds) {
    if (const auto known = cache_.find(evaluation.c_hash, seed)) {
      evaluation.status = known->status;
      evaluation.reason = known->reason;
      evaluation.metrics = known->metrics;
    } else {
      if (elf.empty()) elf = compile_.compile(c, evaluation);
      if (evaluation.status == Status::ok) simulator().simulate(elf, evaluation, {}, seed);
      cache_.keep(evaluation, seed);
    }
    if (evaluation.status != Status::ok) {
      if (data_seeds.size() > 1) evaluation.reason = fmt::format("on data set {}: {}", seed, evaluation.reason);
      return;
    }
    if (metrics.empty()) metrics = evaluation.metrics;
  }
  evaluation.metrics = metrics;
}

std::string Lane::trace(std::span<const Gene> genes, Evaluation& evaluation) {
  auto& simulate = simulator();
  const auto c = decode_.decode(genes, evaluation);
  if (evaluation.status != Status::ok) return {};
  const auto elf = compile_.compile(c, evaluation);
  if (evaluation.status != Status::ok) return {};
  const auto file = folder_.path() / "timeline";
  simulate.simulate(elf, evaluation, file);
  return std::filesystem::exists(file) ? read_text(file) : std::string();
}

std::map<std::string, std::string> Lane::versions() {
  std::map<std::string, std::string> result;
  result["exogene"] = EXOGENE_VERSION;
  result["exo"] = decode_.version();
  result["compiler"] = compiler_version(task_.tools);
  result["compiler_flags"] = fmt::format("{}", fmt::join(compiler_flags(task_.accelerator), " "));
  for (const auto& [name, version] : simulator().versions()) result[name] = version;
  if (!task_.kernel.exo.empty()) {
    const auto [high, low] = hash(read_text(task_.kernel.exo));
    result["kernel"] = fmt::format("{:016x}{:016x}", high, low);
  }
  return result;
}

}  // namespace exogene
