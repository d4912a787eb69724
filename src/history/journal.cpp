#include "history/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "genome/yaml.hpp"
#include "history/files.hpp"

namespace exogene {
namespace {

using Json = nlohmann::json;

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  throw HistoryError(fmt::format("{}: {}: {}", path.string(), what, strerror(errno)));
}

std::string to_text(const Hash& hash) {
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

Hash parse_hash(const std::string& text) {
  if (text.size() != 32 || text.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw std::runtime_error(fmt::format("hash is '{}'; expected 32 hexadecimal digits", text));
  return {std::stoull(text.substr(0, 16), nullptr, 16), std::stoull(text.substr(16), nullptr, 16)};
}

std::string to_line(const Hash& genome, const Evaluation& evaluation) {
  const auto& seconds = evaluation.seconds;
  const Json line{{"genome", to_text(genome)},
                  {"status", to_string(evaluation.status)},
                  {"reason", evaluation.reason},
                  {"failed_gene", evaluation.failed_gene},
                  {"introns", evaluation.introns},
                  {"c_hash", to_text(evaluation.c_hash)},
                  {"metrics", evaluation.metrics},
                  {"cases", evaluation.cases},
                  {"reproducible", evaluation.reproducible},
                  {"seconds", {seconds.decode, seconds.compile, seconds.simulate}}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string to_line(const Hash& genome, const Proof& proof) {
  const Json line{{"genome", to_text(genome)}, {"verdict", to_string(proof.verdict)}, {"doubt", proof.reason}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Proof parse_proof(const Json& line) {
  const auto verdict = std::ranges::find(verdict_names(), line.at("verdict").get<std::string>());
  if (verdict == verdict_names().end()) throw std::runtime_error("unknown verdict " + line.at("verdict").dump());
  return {static_cast<Verdict>(verdict - verdict_names().begin()), line.at("doubt").get<std::string>()};
}

std::string to_line(const QuestionKey& key, const Exchange& exchange) {
  const Json line{{"question", {key.island, key.generation, key.slot, key.attempt}},
                  {"model", exchange.model},
                  {"prompt", exchange.prompt},
                  {"reply", exchange.reply},
                  {"outcome", to_string(exchange.outcome)},
                  {"reason", exchange.reason},
                  {"tokens", {exchange.tokens_in, exchange.tokens_out}},
                  {"seconds", exchange.seconds},
                  {"cost", exchange.cost},
                  {"calls", exchange.calls}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::pair<QuestionKey, Exchange> parse_exchange(const Json& line) {
  const auto outcome = std::ranges::find(outcome_names(), line.at("outcome").get<std::string>());
  if (outcome == outcome_names().end()) throw std::runtime_error("unknown outcome " + line.at("outcome").dump());
  const auto key = line.at("question").get<std::array<std::uint32_t, 4>>();
  const auto tokens = line.at("tokens").get<std::array<std::uint64_t, 2>>();
  return {{key[0], key[1], key[2], key[3]},
          {line.at("model").get<std::string>(), line.at("prompt").get<std::string>(),
           line.at("reply").get<std::string>(), static_cast<Outcome>(outcome - outcome_names().begin()),
           line.at("reason").get<std::string>(), tokens[0], tokens[1], line.at("seconds").get<double>(),
           line.at("cost").get<double>(), line.at("calls").get<std::uint32_t>()}};
}

Evaluation parse_evaluation(const Json& line) {
  const auto status = std::ranges::find(status_names(), line.at("status").get<std::string>());
  if (status == status_names().end()) throw std::runtime_error("unknown status " + line.at("status").dump());
  Evaluation evaluation;
  evaluation.status = static_cast<Status>(status - status_names().begin());
  evaluation.reason = line.at("reason").get<std::string>();
  evaluation.failed_gene = line.at("failed_gene").get<std::int64_t>();
  evaluation.introns = line.at("introns").get<std::vector<std::int64_t>>();
  evaluation.c_hash = parse_hash(line.at("c_hash").get<std::string>());
  evaluation.metrics = line.at("metrics").get<std::vector<std::uint64_t>>();
  if (!evaluation.metrics.empty() && evaluation.metrics.size() != metric_names().size())
    throw std::runtime_error(
        fmt::format("{} metrics; expected none or {}", evaluation.metrics.size(), metric_names().size()));
  evaluation.cases = line.value("cases", evaluation.cases);
  for (const auto& other : evaluation.cases)
    if (other.size() != metric_names().size())
      throw std::runtime_error(fmt::format("a case of {} metrics; expected {}", other.size(), metric_names().size()));
  evaluation.reproducible = line.at("reproducible").get<bool>();
  const auto seconds = line.at("seconds").get<std::array<double, 3>>();
  evaluation.seconds = {seconds[0], seconds[1], seconds[2]};
  return evaluation;
}

void take(const std::string& text, Journaled& into) {
  const auto line = Json::parse(text);
  if (line.contains("question")) {
    const auto [question, exchange] = parse_exchange(line);
    into.exchanges[question] = exchange;
    return;
  }
  const auto genome = parse_hash(line.at("genome").get<std::string>());
  if (line.contains("verdict"))
    into.proofs[genome] = parse_proof(line);
  else
    into.evaluations[genome] = parse_evaluation(line);
}

std::string read_all(const std::filesystem::path& path) {
  try {
    return read_text(path);
  } catch (const InputError& error) {
    throw HistoryError(error.what());
  }
}

}  // namespace

Journal::Journal(std::filesystem::path path) : path_(std::move(path)) {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file_ < 0) fail(path_, "cannot be opened to write");
  const auto text = read_all(path_);
  truncate(static_cast<std::int64_t>(text.rfind('\n') + 1));  // npos + 1 is 0
  sync_directory_of(path_);
}

Journal::~Journal() {
  if (file_ >= 0) ::close(file_);
}

void Journal::append(const Hash& genome, const Evaluation& evaluation) {
  append(to_line(genome, evaluation));
}

void Journal::append(const Hash& genome, const Proof& proof) {
  append(to_line(genome, proof));
}

void Journal::append(const QuestionKey& question, const Exchange& exchange) {
  append(to_line(question, exchange));
}

void Journal::append(const std::string& line) {
  const std::lock_guard lock(mutex_);
  for (std::size_t done = 0; done < line.size();) {
    const auto written = ::write(file_, line.data() + done, line.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      if (::ftruncate(file_, size_) == 0) errno = error;  // else its own reason is the worse one
      fail(path_, "cannot be written");
    }
    done += static_cast<std::size_t>(written);
  }
  if (::fdatasync(file_) != 0) fail(path_, "cannot be put on the disk");
  size_ += static_cast<std::int64_t>(line.size());
}

void Journal::clear() {
  const std::lock_guard lock(mutex_);
  truncate(0);
}

void Journal::truncate(std::int64_t size) {
  if (::ftruncate(file_, size) != 0) fail(path_, "cannot be cut");
  if (::fdatasync(file_) != 0) fail(path_, "cannot be put on the disk");
  size_ = size;
}

Journaled read_journal(const std::filesystem::path& path) {
  Journaled result;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return result;
  const auto text = read_all(path);
  std::size_t number = 0;
  for (std::size_t start = 0, end = 0; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    ++number;
    try {
      take(text.substr(start, end - start), result);
    } catch (const std::exception& error) {
      throw HistoryError(
          fmt::format("{}:{}: not an evaluation, a proof or an exchange: {}; expected a line that exogene wrote",
                      path.string(), number, error.what()));
    }
  }
  return result;
}

}  // namespace exogene
