#pragma once
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "eval/evaluation.hpp"
#include "eval/features.hpp"
#include "eval/process.hpp"
#include "eval/tools.hpp"
#include "experiment/experiment.hpp"
#include "genome/sites.hpp"

namespace exogene {

/// What every evaluation of one experiment shares.
struct Task {
  Tools tools;
  Kernel kernel;
  Accelerator accelerator;
  Checks checks = Checks::deferred;
  Limits limits;
  std::uint64_t service_memory = 1'000'000'000;  ///< bytes past which an Exo service makes way for a fresh one
  double gene_seconds = 10;                      ///< of wall clock for a gene to be applied, a backstop
};

/// Seeds of the inputs that every program of a search is run on, and of those of a proof.
inline constexpr std::uint64_t search_data = 1;
inline constexpr std::array<std::uint64_t, 3> fresh_data{2, 3, 4};

/// The kernel as both child processes are told it.
nlohmann::json description(const Kernel& kernel);

/// A child process that is opened for a task with one request, and started and opened again after it failed.
class Server {
 public:
  Server(Command command, nlohmann::json open, std::filesystem::path log);

  /// Its reply. Throws ProcessFailed when it dies, hangs or answers nonsense (the next request meets a fresh process),
  /// EnvironmentError when it cannot even be opened, InputError when that is for a user's own kernel.
  nlohmann::json ask(const nlohmann::json& request, Seconds deadline);

  /// Starts it if it does not run; its reply to the open request.
  const nlohmann::json& start();

  /// The next request will meet a fresh process.
  void stop() { process_.reset(); }

 private:
  Command command_;
  nlohmann::json open_;
  std::filesystem::path log_;
  std::optional<LineProcess> process_;
  nlohmann::json opened_;
};

/// Genome -> C by the Exo service.
class DecodeStage {
 public:
  DecodeStage(const Task& task, const std::filesystem::path& folder);

  /// Sets status, reason, failed_gene, introns, reproducible and seconds.decode; the C when the status is ok.
  std::string decode(std::span<const Gene> genes, Evaluation& evaluation);

  /// Likewise, but a Python file of plain Exo calls that makes the C.
  std::string exo(std::span<const Gene> genes, Evaluation& evaluation);

  /// The sites of the schedule that the genes make; nullopt when they do not decode.
  std::optional<Sites> sites(std::span<const Gene> genes);

  /// That schedule as Exo prints it; nullopt likewise.
  std::optional<std::string> text(std::span<const Gene> genes);

  /// What is known of that schedule before it is compiled; nullopt likewise.
  std::optional<Features> features(std::span<const Gene> genes);

  /// The first of the genes that is refused; nullopt when all decode.
  std::optional<std::size_t> refused(std::span<const Gene> genes);

  /// The arrays of a user's own kernel, as the service describes them.
  nlohmann::json arguments();

  /// Exo's version.
  std::string version();

 private:
  nlohmann::json ask(const char* operation, std::span<const Gene> genes);
  nlohmann::json answer(const char* operation, std::span<const Gene> genes, Evaluation& evaluation);

  Server server_;
  double gene_seconds_;
};

/// C -> ELF by the RISC-V gcc.
class CompileStage {
 public:
  CompileStage(const Task& task, std::filesystem::path folder);

  /// Sets status, reason, reproducible and seconds.compile; the path of the ELF file when the status is ok.
  std::filesystem::path compile(const std::string& c, Evaluation& evaluation) const;

 private:
  /// The start-up code is the same for every kernel: it takes a fifth of the time to assemble it with each.
  void assemble_start() const;

  Command start_;
  Command command_;
  std::filesystem::path folder_;
};

/// What opens a gemmini-sim for the task: `kernel` is its description, or says which program makes the right result.
nlohmann::json simulator_request(const Task& task, const nlohmann::json& kernel);

/// ELF -> outputs compared, metrics, by gemmini-sim.
class SimulateStage {
 public:
  /// `kernel` as for simulator_request.
  SimulateStage(const Task& task, const std::filesystem::path& folder, const nlohmann::json& kernel);

  /// Sets status, reason, metrics and reproducible, and adds to seconds.simulate. The simulator writes the timeline to
  /// the file `trace`, if one is named (src/gemmini/machine.cpp says what its lines are).
  void simulate(const std::filesystem::path& elf, Evaluation& evaluation, const std::filesystem::path& trace = {},
                std::uint64_t data_seed = search_data);

  /// Versions of the model and of Spike, by name.
  std::vector<std::pair<std::string, std::string>> versions();

 private:
  Server server_;
  double limit_seconds_;
};

}  // namespace exogene
