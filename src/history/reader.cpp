#include "history/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "genome/yaml.hpp"
#include "history/hdf5.hpp"
#include "history/schema.hpp"

namespace exogene {
namespace {

using schema::column;

/// Reads what is committed of one open file. Nothing is allocated that the file could not hold.
class Source {
 public:
  Source(hid_t file, std::uint64_t bytes) : file_(file), bytes_(bytes), committed_(schema::read_committed(file)) {
    check_room("committed", std::max(committed_.individuals, committed_.generations), 1);
  }

  [[nodiscard]] const schema::Committed& committed() const { return committed_; }

  [[nodiscard]] std::string experiment() const {
    const std::string name = schema::experiment_name;
    const auto dataset = hdf5::open_dataset(file_, name);
    check_type(dataset, name, schema::Cell::byte);
    const auto extents = hdf5::extents(dataset.get(), name);
    if (extents.size() != 1) throw HistoryError("/experiment has several dimensions; expected one");
    check_room(name, extents[0], 1);
    std::string text(extents[0], '\0');
    if (!text.empty())
      hdf5::checked(H5Dread(dataset.get(), H5T_STD_U8LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()),
                    "/experiment cannot be read");
    return text;
  }

  /// The first rows of a column, `width` cells each.
  template <class Cell>
  [[nodiscard]] std::vector<Cell> cells(const std::string& name, std::uint64_t rows) const {
    const auto& column = schema::column(name);
    const auto dataset = hdf5::open_dataset(file_, name);
    check_type(dataset, name, column.cell);
    if (!column.names.empty() && hdf5::read_texts(dataset.get(), "names") != column.names)
      throw HistoryError(fmt::format("/{} has other names; expected {}", name, fmt::join(column.names, ", ")));
    const auto extents = hdf5::extents(dataset.get(), name);
    std::vector<hsize_t> expected{extents.empty() ? 0 : extents[0], column.width};
    expected.resize(static_cast<std::size_t>(column.rank()));
    if (extents != expected)
      throw HistoryError(fmt::format("/{} has extents [{}]; expected [{}]", name, fmt::join(extents, ", "),
                                     fmt::join(expected, ", ")));
    if (extents[0] < rows)
      throw HistoryError(fmt::format("/{} has {} rows; expected at least {}", name, extents[0], rows));
    if (sizeof(Cell) != schema::size_of(column.cell)) throw std::logic_error("cells of another size: " + name);
    check_room(name, rows, column.width * sizeof(Cell));
    std::vector<Cell> result(rows * column.width);
    if (result.empty()) return result;
    const auto what = fmt::format("/{} cannot be read", name);
    const hsize_t start[2] = {0, 0};
    const hsize_t count[2] = {rows, column.width};
    hdf5::Handle from(H5Dget_space(dataset.get()), H5Sclose, what);
    hdf5::checked(H5Sselect_hyperslab(from.get(), H5S_SELECT_SET, start, nullptr, count, nullptr), what);
    hdf5::Handle to(H5Screate_simple(column.rank(), count, nullptr), H5Sclose, what);
    hdf5::checked(
        H5Dread(dataset.get(), schema::type_of(column.cell).get(), to.get(), from.get(), H5P_DEFAULT, result.data()),
        what);
    return result;
  }

  /// The lists of the first rows, each a std::string or a std::vector of cells.
  template <class List>
  [[nodiscard]] std::vector<List> lists(const std::string& name, const std::string& part, std::uint64_t rows) const {
    const auto offsets = cells<std::uint64_t>(name + "/offsets", rows + 1);
    if (offsets[0] != 0 || !std::ranges::is_sorted(offsets))
      throw HistoryError(fmt::format("/{}/offsets do not ascend from 0; expected numbers that do", name));
    const auto values = cells<typename List::value_type>(fmt::format("{}/{}", name, part), offsets.back());
    std::vector<List> result;
    for (std::size_t row = 0; row < rows; ++row)
      result.emplace_back(values.data() + offsets[row], values.data() + offsets[row + 1]);
    return result;
  }

 private:
  static void check_type(const hdf5::Handle& dataset, const std::string& name, schema::Cell cell) {
    hdf5::Handle type(H5Dget_type(dataset.get()), H5Tclose, fmt::format("/{} has no type", name));
    if (H5Tequal(type.get(), schema::type_of(cell).get()) <= 0)
      throw HistoryError(
          fmt::format("/{} holds cells of another type; expected those of format {}", name, schema::format));
  }

  void check_room(const std::string& name, std::uint64_t rows, std::uint64_t row_bytes) const {
    if (rows > bytes_ / std::max<std::uint64_t>(row_bytes, 1))
      throw HistoryError(
          fmt::format("/{} claims {} rows; expected no more than a file of {} bytes holds", name, rows, bytes_));
  }

  hid_t file_;
  std::uint64_t bytes_;  ///< of the file
  schema::Committed committed_;
};

std::map<std::string, std::string> read_versions(hid_t file) {
  hdf5::Handle group(H5Gopen2(file, "versions", H5P_DEFAULT), H5Gclose, "has no group /versions");
  std::map<std::string, std::string> versions;
  for (const auto& name : hdf5::attribute_names(group.get())) {
    const auto texts = hdf5::read_texts(group.get(), name);
    if (texts.size() != 1) throw HistoryError(fmt::format("version '{}' is a list; expected one text", name));
    versions[name] = texts[0];
  }
  return versions;
}

Genome parse(const std::string& text, std::size_t id, const Alphabet& alphabet) {
  try {
    return parse_genome(text, fmt::format("genome of individual {}", id), alphabet);
  } catch (const std::exception& error) {  // yaml-cpp has errors of its own besides InputError
    throw HistoryError(error.what());
  }
}

std::vector<Individual> read_individuals(const Source& source, const Alphabet& alphabet) {
  const auto rows = source.committed().individuals;
  const auto ids = source.cells<std::int64_t>("individuals/id", rows);
  const auto generations = source.cells<std::uint32_t>("individuals/generation", rows);
  const auto slots = source.cells<std::uint32_t>("individuals/slot", rows);
  const auto parents = source.cells<std::int64_t>("individuals/parents", rows);
  const auto retries = source.cells<std::uint32_t>("individuals/retries", rows);
  const auto islands = source.cells<std::uint32_t>("individuals/island", rows);
  const auto hashes = source.cells<std::uint64_t>("individuals/genome_hash", rows);
  const auto c_hashes = source.cells<std::uint64_t>("individuals/c_hash", rows);
  const auto statuses = source.cells<std::uint8_t>("individuals/status", rows);
  const auto verdicts = source.cells<std::uint8_t>("individuals/verdict", rows);
  const auto failed_genes = source.cells<std::int64_t>("individuals/failed_gene", rows);
  const auto reproducible = source.cells<std::uint8_t>("individuals/reproducible", rows);
  const auto has_metrics = source.cells<std::uint8_t>("individuals/has_metrics", rows);
  const auto metrics = source.cells<std::uint64_t>("individuals/metrics", rows);
  const auto seconds = source.cells<double>("individuals/seconds", rows);
  auto genomes = source.lists<std::string>("individuals/genome", "bytes", rows);
  auto operations = source.lists<std::string>("individuals/operation", "bytes", rows);
  auto reasons = source.lists<std::string>("individuals/reason", "bytes", rows);
  auto doubts = source.lists<std::string>("individuals/doubt", "bytes", rows);
  auto introns = source.lists<std::vector<std::int64_t>>("individuals/introns", "values", rows);

  const auto cases = source.lists<std::vector<std::uint64_t>>("individuals/cases", "values", rows);

  const auto predictions = source.cells<double>("individuals/prediction", rows);
  auto features = source.lists<Features>("individuals/features", "values", rows);
  const auto gains = source.cells<double>("individuals/gain", rows);

  const std::size_t width = column("individuals/metrics").width;
  std::vector<Individual> individuals;
  for (std::size_t row = 0; row < rows; ++row) {
    Individual individual{ids[row],
                          generations[row],
                          slots[row],
                          {parents[2 * row], parents[2 * row + 1]},
                          std::move(operations[row]),
                          retries[row],
                          parse(genomes[row], row, alphabet),
                          {hashes[2 * row], hashes[2 * row + 1]},
                          {},
                          {static_cast<Verdict>(verdicts[row]), std::move(doubts[row])},
                          islands[row],
                          std::move(features[row])};
    if (!std::isnan(predictions[2 * row]))
      individual.prediction = Prediction{predictions[2 * row], predictions[2 * row + 1]};
    individual.gain = gains[row];
    auto& evaluation = individual.evaluation;
    evaluation.status = static_cast<Status>(statuses[row]);
    evaluation.reason = std::move(reasons[row]);
    evaluation.failed_gene = failed_genes[row];
    evaluation.introns = std::move(introns[row]);
    evaluation.c_hash = {c_hashes[2 * row], c_hashes[2 * row + 1]};
    if (has_metrics[row] != 0) evaluation.metrics.assign(&metrics[row * width], &metrics[row * width] + width);
    for (std::size_t first = 0; first < cases[row].size(); first += width) {
      const auto last = std::min(first + width, cases[row].size());
      evaluation.cases.emplace_back(cases[row].data() + first, cases[row].data() + last);
    }
    evaluation.reproducible = reproducible[row] != 0;
    evaluation.seconds = {seconds[3 * row], seconds[3 * row + 1], seconds[3 * row + 2]};
    if (const auto fault = schema::fault(individual, row))
      throw HistoryError(fmt::format("individual {}: {}", row, *fault));
    individuals.push_back(std::move(individual));
  }
  return individuals;
}

/// Reads the generations and checks that the individuals are theirs.
std::vector<Generation> read_generations(const Source& source, const std::vector<Individual>& individuals) {
  const auto rows = source.committed().generations;
  const auto numbers = source.cells<std::uint32_t>("generations/number", rows);
  const auto seconds = source.cells<double>("generations/seconds", rows);
  const auto born = source.cells<std::uint64_t>("generations/born", rows);
  auto populations = source.lists<std::vector<std::int64_t>>("generations/population", "values", rows);
  auto fronts = source.lists<std::vector<std::int64_t>>("generations/front", "values", rows);
  const auto probabilities = source.cells<double>("generations/probabilities", rows);
  const auto operators = column("generations/probabilities").width;
  std::vector<Generation> generations;
  std::size_t alive = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    if (born[row] > individuals.size() - alive)
      throw HistoryError(
          fmt::format("generation {}: {} born; expected at most {}", row, born[row], individuals.size() - alive));
    for (std::size_t slot = 0; slot < born[row]; ++slot, ++alive)
      if (individuals[alive].generation != row || individuals[alive].slot != slot)
        throw HistoryError(fmt::format("individual {}: generation {}, slot {}; expected {} and {}", alive,
                                       individuals[alive].generation, individuals[alive].slot, row, slot));
    Generation generation{numbers[row], {}, std::move(populations[row]), seconds[row], std::move(fronts[row])};
    const auto first = probabilities.begin() + static_cast<std::ptrdiff_t>(row * operators);
    const auto last = first + static_cast<std::ptrdiff_t>(operators);
    if (std::any_of(first, last, [](double probability) { return probability != 0; }))
      generation.probabilities.assign(first, last);
    if (const auto fault = schema::fault(generation, row, alive))
      throw HistoryError(fmt::format("generation {}: {}", row, *fault));
    generations.push_back(std::move(generation));
  }
  if (alive != individuals.size())
    throw HistoryError(fmt::format("{} individuals; expected {}, as many as were born", individuals.size(), alive));
  return generations;
}

std::vector<Proposal> read_proposals(const Source& source, const History& history) {
  const auto generations = source.committed().generations;
  std::uint64_t rows = 0;
  const auto counts = source.cells<std::uint64_t>("generations/proposed", generations);
  for (const auto count : counts) {
    if (count > std::numeric_limits<std::uint32_t>::max())
      throw HistoryError(fmt::format("a generation claims {} proposals; expected fewer", count));
    rows += count;
  }
  const auto islands = source.cells<std::uint32_t>("proposals/island", rows);
  const auto numbers = source.cells<std::uint32_t>("proposals/generation", rows);
  const auto slots = source.cells<std::uint32_t>("proposals/slot", rows);
  const auto attempts = source.cells<std::uint32_t>("proposals/attempt", rows);
  const auto parents = source.cells<std::int64_t>("proposals/parent", rows);
  const auto children = source.cells<std::int64_t>("proposals/child", rows);
  const auto outcomes = source.cells<std::uint8_t>("proposals/outcome", rows);
  const auto tokens = source.cells<std::uint64_t>("proposals/tokens", rows);
  const auto seconds = source.cells<double>("proposals/seconds", rows);
  const auto costs = source.cells<double>("proposals/cost", rows);
  const auto calls = source.cells<std::uint32_t>("proposals/calls", rows);
  auto models = source.lists<std::string>("proposals/model", "bytes", rows);
  auto prompts = source.lists<std::string>("proposals/prompt", "bytes", rows);
  auto replies = source.lists<std::string>("proposals/reply", "bytes", rows);
  auto reasons = source.lists<std::string>("proposals/reason", "bytes", rows);

  const auto born = births(history);
  std::vector<Proposal> proposals;
  std::size_t row = 0;
  for (std::size_t generation = 0; generation < generations; ++generation)
    for (std::uint64_t i = 0; i < counts[generation]; ++i, ++row) {
      Proposal proposal;
      proposal.key = {islands[row], numbers[row], slots[row], attempts[row]};
      proposal.parent = parents[row];
      proposal.child = children[row];
      proposal.exchange = {std::move(models[row]),
                           std::move(prompts[row]),
                           std::move(replies[row]),
                           static_cast<Outcome>(outcomes[row]),
                           std::move(reasons[row]),
                           tokens[2 * row],
                           tokens[2 * row + 1],
                           seconds[row],
                           costs[row],
                           calls[row]};
      if (const auto fault = schema::fault(proposal, generation, born[generation].last))
        throw HistoryError(fmt::format("proposal {}: {}", row, *fault));
      proposals.push_back(std::move(proposal));
    }
  return proposals;
}

History read(const std::filesystem::path& path, const Alphabet& alphabet) {
  const auto file = hdf5::open_file(path, H5F_ACC_RDONLY | H5F_ACC_SWMR_READ);
  const auto format = hdf5::read_number(file.get(), "format");
  if (format != schema::format) throw HistoryError(fmt::format("format is {}; expected {}", format, schema::format));
  History history;
  const Source source(file.get(), std::filesystem::file_size(path));
  history.info = {source.experiment(), read_versions(file.get())};
  history.individuals = read_individuals(source, alphabet);
  history.generations = read_generations(source, history.individuals);
  history.proposals = read_proposals(source, history);
  return history;
}

}  // namespace

std::vector<Births> births(const History& history) {
  std::vector<Births> result;
  std::size_t first = 0;
  for (std::size_t number = 0; number < history.generations.size(); ++number) {
    auto last = first;
    while (last < history.individuals.size() && history.individuals[last].generation == number) ++last;
    result.push_back({first, last});
    first = last;
  }
  return result;
}

std::vector<std::uint64_t> proposed(const History& history) {
  std::vector<std::uint64_t> counts(history.generations.size(), 0);
  for (const auto& proposal : history.proposals) ++counts[proposal.key.generation];
  return counts;
}

History read_history(const std::filesystem::path& path, const Alphabet& alphabet) {
  try {
    if (std::filesystem::is_directory(path)) throw HistoryError("is a directory; expected a history file");
    if (!std::filesystem::exists(path)) throw HistoryError("does not exist; give the path of a history file");
    return read(path, alphabet);
  } catch (const std::exception& error) {
    throw HistoryError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace exogene
