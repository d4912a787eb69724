#include "eval/evaluator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "genome/yaml.hpp"

namespace exogene {

std::optional<Evaluation> ResultCache::find(const Hash& c) const {
  const std::lock_guard lock(mutex_);
  const auto found = results_.find(c);
  return found == results_.end() ? std::nullopt : std::optional(found->second);
}

void ResultCache::keep(const Evaluation& evaluation) {
  if (!evaluation.reproducible || evaluation.c_hash == Hash{}) return;
  const std::lock_guard lock(mutex_);
  results_.try_emplace(evaluation.c_hash, evaluation);
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
  auto& simulate = simulator();
  const auto c = decode_.decode(genes, evaluation);
  if (evaluation.status != Status::ok) return evaluation;
  evaluation.c_hash = hash(std::string_view(c));
  if (const auto known = cache_.find(evaluation.c_hash)) {
    evaluation.status = known->status;
    evaluation.reason = known->reason;
    evaluation.metrics = known->metrics;
    return evaluation;
  }
  const auto elf = compile_.compile(c, evaluation);
  if (evaluation.status == Status::ok) simulate.simulate(elf, evaluation);
  cache_.keep(evaluation);
  return evaluation;
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
