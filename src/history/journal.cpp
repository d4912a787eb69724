#include "history/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "genome/yaml.hpp"
#include "history/files.hpp"
#include "history/json.hpp"

namespace exogene {
namespace {

using Json = nlohmann::json;

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  throw HistoryError(fmt::format("{}: {}: {}", path.string(), what, strerror(errno)));
}

std::string to_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

void take(const std::string& text, Journaled& into) {
  const auto line = Json::parse(text);
  if (line.contains("question")) {
    into.exchanges[line.at("question").get<QuestionKey>()] = line.get<Exchange>();
    return;
  }
  const auto genome = line.at("genome").get<Hash>();
  if (line.contains("verdict"))
    into.proofs[genome] = line.get<Proof>();
  else
    into.evaluations[genome] = line.get<Evaluation>();
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
  Json line = evaluation;
  line["genome"] = genome;
  append(to_line(line));
}

void Journal::append(const Hash& genome, const Proof& proof) {
  Json line = proof;
  line["genome"] = genome;
  append(to_line(line));
}

void Journal::append(const QuestionKey& question, const Exchange& exchange) {
  Json line = exchange;
  line["question"] = question;
  append(to_line(line));
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
