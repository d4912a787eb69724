#include "history/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "experiment/search.hpp"
#include "history/files.hpp"
#include "history/hdf5.hpp"
#include "history/reader.hpp"
#include "history/schema.hpp"

namespace exogene {
namespace {

using schema::Committed;

/// Adds the file to what went wrong inside `work`.
template <class Work>
auto naming(const std::filesystem::path& path, const Work& work) {
  try {
    return work();
  } catch (const HistoryError& error) {
    throw HistoryError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

void create_dataset(hid_t file, const std::string& name, hid_t type, const hdf5::Handle& space,
                    const hdf5::Handle& creation, const void* value, const std::string& help,
                    const std::vector<std::string>& names) {
  const auto what = fmt::format("/{} cannot be created", name);
  hdf5::Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose, what);
  hdf5::checked(H5Pset_create_intermediate_group(links.get(), 1), what);
  hdf5::checked(H5Pset_obj_track_times(creation.get(), 0), what);
  hdf5::Handle dataset(H5Dcreate2(file, name.c_str(), type, space.get(), links.get(), creation.get(), H5P_DEFAULT),
                       H5Dclose, what);
  hdf5::write_attribute(dataset.get(), "help", help);
  if (!names.empty()) hdf5::write_attribute(dataset.get(), "names", names);
  if (value != nullptr) hdf5::checked(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value), what);
  dataset.close(what);
}

hdf5::Handle dataset_creation() {
  return {H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "no property list"};
}

void create_column(hid_t file, const schema::Column& column) {
  constexpr hsize_t chunk_bytes = 16384;
  const hsize_t rows = std::max<hsize_t>(chunk_bytes / (schema::size_of(column.cell) * column.width), 16);
  const hsize_t chunk[2] = {rows, column.width};
  const hsize_t most[2] = {H5S_UNLIMITED, column.width};
  const hsize_t now[2] = {column.offsets ? 1u : 0u, column.width};
  const auto creation = dataset_creation();
  hdf5::checked(H5Pset_chunk(creation.get(), column.rank(), chunk), column.name + " cannot be chunked");
  const hdf5::Handle space(H5Screate_simple(column.rank(), now, most), H5Sclose, column.name + " has no space");
  const std::uint64_t zero = 0;
  create_dataset(file, column.name, schema::type_of(column.cell).get(), space, creation,
                 column.offsets ? &zero : nullptr, column.help, column.names);
}

/// A history without generations.
void create(const std::filesystem::path& path, const RunInfo& info) {
  auto file = hdf5::create_file(path);
  hdf5::write_attribute(file.get(), "format", schema::format);
  hdf5::write_attribute(file.get(), "help", std::string("a history of Exogene; every dataset says what it holds"));
  hdf5::Handle versions(H5Gcreate2(file.get(), "versions", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
                        "/versions cannot be created");
  for (const auto& [name, version] : info.versions) hdf5::write_attribute(versions.get(), name, version);
  versions.close("/versions cannot be written");
  const auto one_dimension = [](hsize_t extent) {
    return hdf5::Handle(H5Screate_simple(1, &extent, nullptr), H5Sclose, "no space");
  };
  create_dataset(file.get(), schema::experiment_name, H5T_STD_U8LE, one_dimension(info.experiment.size()),
                 dataset_creation(), info.experiment.empty() ? nullptr : info.experiment.data(),
                 schema::experiment_help, {});
  for (const auto& column : schema::columns()) create_column(file.get(), column);
  const std::uint64_t none[2] = {0, 0};
  create_dataset(file.get(), schema::committed_name, H5T_STD_U64LE, one_dimension(2), dataset_creation(), none,
                 schema::committed_help, {"individuals", "generations"});
  file.close("cannot be written");
}

/// Rows being added behind the committed ones.
class Addition {
 public:
  explicit Addition(hid_t file) : file_(file) {}

  /// Writes `cells` into the column's rows from `first` on.
  template <class Cell>
  void cells(const std::string& name, std::uint64_t first, const std::vector<Cell>& cells) const {
    const auto& column = schema::column(name);
    if (sizeof(Cell) != schema::size_of(column.cell)) throw std::logic_error("cells of another size: " + name);
    if (cells.empty()) return;
    const auto what = fmt::format("/{} cannot be written", name);
    auto dataset = hdf5::open_dataset(file_, name);
    auto extents = hdf5::extents(dataset.get(), name);
    const hsize_t start[2] = {first, 0};
    const hsize_t count[2] = {cells.size() / column.width, column.width};
    if (extents[0] < first + count[0]) {  // there may be rows that were never committed; SWMR forbids to shrink
      extents[0] = first + count[0];
      hdf5::checked(H5Dset_extent(dataset.get(), extents.data()), what);
    }
    hdf5::Handle to(H5Dget_space(dataset.get()), H5Sclose, what);
    hdf5::checked(H5Sselect_hyperslab(to.get(), H5S_SELECT_SET, start, nullptr, count, nullptr), what);
    hdf5::Handle from(H5Screate_simple(column.rank(), count, nullptr), H5Sclose, what);
    hdf5::checked(
        H5Dwrite(dataset.get(), schema::type_of(column.cell).get(), from.get(), to.get(), H5P_DEFAULT, cells.data()),
        what);
    dataset.close(what);
  }

  /// Writes one list a row, rows from `first` on.
  template <class List>
  void lists(const std::string& name, const std::string& part, std::uint64_t first,
             const std::vector<List>& lists) const {
    const auto base = offset(name + "/offsets", first);
    std::vector<typename List::value_type> values;
    std::vector<std::uint64_t> offsets;
    for (const auto& list : lists) {
      values.insert(values.end(), list.begin(), list.end());
      offsets.push_back(base + values.size());
    }
    cells(fmt::format("{}/{}", name, part), base, values);
    cells(name + "/offsets", first + 1, offsets);
  }

 private:
  [[nodiscard]] std::uint64_t offset(const std::string& name, hsize_t row) const {
    const auto what = fmt::format("/{} cannot be read", name);
    const auto dataset = hdf5::open_dataset(file_, name);
    const hsize_t one = 1;
    hdf5::Handle from(H5Dget_space(dataset.get()), H5Sclose, what);
    hdf5::checked(H5Sselect_hyperslab(from.get(), H5S_SELECT_SET, &row, nullptr, &one, nullptr), what);
    hdf5::Handle to(H5Screate_simple(1, &one, nullptr), H5Sclose, what);
    std::uint64_t value = 0;
    hdf5::checked(H5Dread(dataset.get(), H5T_STD_U64LE, to.get(), from.get(), H5P_DEFAULT, &value), what);
    return value;
  }

  hid_t file_;
};

void write(const Addition& to, std::uint64_t first, std::span<const Individual> individuals) {
  std::vector<std::int64_t> ids, parents, failed_genes;
  std::vector<std::uint32_t> generations, slots, retries, islands;
  std::vector<std::uint64_t> hashes, c_hashes, metrics;
  std::vector<std::uint8_t> statuses, verdicts, reproducible, has_metrics;
  std::vector<double> seconds, predictions, gains;
  std::vector<Features> features;
  std::vector<std::string> genomes, operations, reasons, doubts;
  std::vector<std::vector<std::int64_t>> introns;
  std::vector<std::vector<std::uint64_t>> cases;
  for (const auto& individual : individuals) {
    const auto& evaluation = individual.evaluation;
    ids.push_back(individual.id);
    generations.push_back(individual.generation);
    slots.push_back(individual.slot);
    parents.insert(parents.end(), individual.parents.begin(), individual.parents.end());
    retries.push_back(individual.retries);
    islands.push_back(individual.island);
    hashes.insert(hashes.end(), {individual.hash.high, individual.hash.low});
    c_hashes.insert(c_hashes.end(), {evaluation.c_hash.high, evaluation.c_hash.low});
    statuses.push_back(static_cast<std::uint8_t>(evaluation.status));
    verdicts.push_back(static_cast<std::uint8_t>(individual.proof.verdict));
    failed_genes.push_back(evaluation.failed_gene);
    reproducible.push_back(evaluation.reproducible ? 1 : 0);
    has_metrics.push_back(evaluation.metrics.empty() ? 0 : 1);
    metrics.insert(metrics.end(), evaluation.metrics.begin(), evaluation.metrics.end());
    if (evaluation.metrics.empty()) metrics.insert(metrics.end(), metric_names().size(), 0);
    seconds.insert(seconds.end(), {evaluation.seconds.decode, evaluation.seconds.compile, evaluation.seconds.simulate});
    genomes.push_back(to_text(individual.genome));
    operations.push_back(individual.operation);
    reasons.push_back(evaluation.reason);
    doubts.push_back(individual.proof.reason);
    introns.push_back(evaluation.introns);
    constexpr auto none = std::numeric_limits<double>::quiet_NaN();
    const auto prediction = individual.prediction.value_or(Prediction{none, none});
    predictions.insert(predictions.end(), {prediction.objective, prediction.right});
    features.push_back(individual.features);
    gains.push_back(individual.gain);
    cases.emplace_back();
    for (const auto& other : evaluation.cases) cases.back().insert(cases.back().end(), other.begin(), other.end());
  }
  to.cells("individuals/id", first, ids);
  to.cells("individuals/generation", first, generations);
  to.cells("individuals/slot", first, slots);
  to.cells("individuals/parents", first, parents);
  to.cells("individuals/retries", first, retries);
  to.cells("individuals/island", first, islands);
  to.cells("individuals/genome_hash", first, hashes);
  to.cells("individuals/c_hash", first, c_hashes);
  to.cells("individuals/status", first, statuses);
  to.cells("individuals/verdict", first, verdicts);
  to.cells("individuals/failed_gene", first, failed_genes);
  to.cells("individuals/reproducible", first, reproducible);
  to.cells("individuals/has_metrics", first, has_metrics);
  to.cells("individuals/metrics", first, metrics);
  to.cells("individuals/seconds", first, seconds);
  to.lists("individuals/genome", "bytes", first, genomes);
  to.lists("individuals/operation", "bytes", first, operations);
  to.lists("individuals/reason", "bytes", first, reasons);
  to.lists("individuals/doubt", "bytes", first, doubts);
  to.lists("individuals/introns", "values", first, introns);
  to.lists("individuals/cases", "values", first, cases);
  to.cells("individuals/prediction", first, predictions);
  to.cells("individuals/gain", first, gains);
  to.lists("individuals/features", "values", first, features);
}

void write(const Addition& to, std::uint64_t first, std::span<const Proposal> proposals) {
  std::vector<std::uint32_t> islands, generations, slots, attempts, calls;
  std::vector<std::int64_t> parents, children;
  std::vector<std::uint8_t> outcomes;
  std::vector<std::uint64_t> tokens;
  std::vector<double> seconds, costs;
  std::vector<std::string> models, prompts, replies, reasons;
  for (const auto& [key, parent, child, exchange] : proposals) {
    islands.push_back(key.island);
    generations.push_back(key.generation);
    slots.push_back(key.slot);
    attempts.push_back(key.attempt);
    parents.push_back(parent);
    children.push_back(child);
    outcomes.push_back(static_cast<std::uint8_t>(exchange.outcome));
    tokens.insert(tokens.end(), {exchange.tokens_in, exchange.tokens_out});
    seconds.push_back(exchange.seconds);
    costs.push_back(exchange.cost);
    calls.push_back(exchange.calls);
    models.push_back(exchange.model);
    prompts.push_back(exchange.prompt);
    replies.push_back(exchange.reply);
    reasons.push_back(exchange.reason);
  }
  to.cells("proposals/island", first, islands);
  to.cells("proposals/generation", first, generations);
  to.cells("proposals/slot", first, slots);
  to.cells("proposals/attempt", first, attempts);
  to.cells("proposals/parent", first, parents);
  to.cells("proposals/child", first, children);
  to.cells("proposals/outcome", first, outcomes);
  to.cells("proposals/tokens", first, tokens);
  to.cells("proposals/seconds", first, seconds);
  to.cells("proposals/cost", first, costs);
  to.cells("proposals/calls", first, calls);
  to.lists("proposals/model", "bytes", first, models);
  to.lists("proposals/prompt", "bytes", first, prompts);
  to.lists("proposals/reply", "bytes", first, replies);
  to.lists("proposals/reason", "bytes", first, reasons);
}

/// What is to be added, each list in order of birth; so many born and proposed in each generation.
struct Rows {
  std::span<const Individual> individuals;
  std::span<const Generation> generations;
  std::span<const Proposal> proposals;
  std::vector<std::uint64_t> born;
  std::vector<std::uint64_t> proposed;
};

void write(const Addition& to, std::uint64_t first, std::span<const Generation> generations,
           const std::vector<std::uint64_t>& born, const std::vector<std::uint64_t>& proposed) {
  std::vector<std::uint32_t> numbers;
  std::vector<double> seconds, probabilities;
  std::vector<std::vector<std::int64_t>> populations, fronts;
  for (const auto& generation : generations) {
    numbers.push_back(generation.number);
    seconds.push_back(generation.seconds);
    populations.push_back(generation.population);
    fronts.push_back(generation.front);
    auto row = generation.probabilities;
    row.resize(operator_names().size(), 0);
    probabilities.insert(probabilities.end(), row.begin(), row.end());
  }
  to.cells("generations/number", first, numbers);
  to.cells("generations/seconds", first, seconds);
  to.cells("generations/born", first, born);
  to.cells("generations/proposed", first, proposed);
  to.lists("generations/population", "values", first, populations);
  to.lists("generations/front", "values", first, fronts);
  to.cells("generations/probabilities", first, probabilities);
}

/// HistoryError unless these rows can follow what is committed.
void check(const Committed& before, const Rows& rows) {
  std::size_t row = 0;
  std::size_t proposal = 0;
  for (std::size_t i = 0; i < rows.generations.size(); ++i) {
    const auto number = before.generations + i;
    for (std::size_t slot = 0; slot < rows.born[i]; ++slot, ++row) {
      const auto& individual = rows.individuals[row];
      auto fault = schema::fault(individual, before.individuals + row);
      if (!fault && (individual.generation != number || individual.slot != slot))
        fault = fmt::format("generation {}, slot {}; expected {} and {}", individual.generation, individual.slot,
                            number, slot);
      if (fault) throw HistoryError(fmt::format("individual {}: {}", before.individuals + row, *fault));
    }
    if (const auto fault = schema::fault(rows.generations[i], number, before.individuals + row))
      throw HistoryError(fmt::format("generation {}: {}", number, *fault));
    for (std::uint64_t of = 0; of < rows.proposed[i]; ++of, ++proposal)
      if (const auto fault = schema::fault(rows.proposals[proposal], number, before.individuals + row))
        throw HistoryError(fmt::format("proposal {} of generation {}: {}", of, number, *fault));
  }
  if (row != rows.individuals.size())
    throw HistoryError(fmt::format("{} individuals; expected {}, as many as were born", rows.individuals.size(), row));
}

/// Writes the rows of generations and then, when they are on the disk, the counts that make them part of the history.
void commit(const std::filesystem::path& path, hid_t file, const Committed& before, std::uint64_t proposals_before,
            const Committed& after, const Rows& rows) {
  const Addition addition(file);
  write(addition, before.individuals, rows.individuals);
  write(addition, proposals_before, rows.proposals);
  write(addition, before.generations, rows.generations, rows.born, rows.proposed);
  hdf5::checked(H5Fflush(file, H5F_SCOPE_GLOBAL), "cannot be flushed");
  sync_file(path);  // else the counts could reach the disk before the rows
  const std::uint64_t counts[2] = {after.individuals, after.generations};
  const std::string what = "/committed cannot be written";
  auto dataset = hdf5::open_dataset(file, schema::committed_name);
  hdf5::checked(H5Dwrite(dataset.get(), H5T_STD_U64LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, counts), what);
  dataset.close(what);
  hdf5::checked(H5Fflush(file, H5F_SCOPE_GLOBAL), "cannot be flushed");
}

/// Adds generations to the file; gives what is committed then.
Committed add(const std::filesystem::path& path, const Committed& before, std::uint64_t proposals_before,
              const Rows& rows) {
  check(before, rows);
  const Committed after{before.individuals + rows.individuals.size(), before.generations + rows.generations.size()};
  auto file = hdf5::open_file(path, H5F_ACC_RDWR | H5F_ACC_SWMR_WRITE);
  if (schema::read_committed(file.get()) != before)
    throw HistoryError("was changed by another program; let only one run write to it");
  try {
    commit(path, file.get(), before, proposals_before, after, rows);
  } catch (...) {
    // On a full disk, closing would spoil a file that SWMR readers still can read. Leave it as a killed writer would.
    file.abandon();
    throw;
  }
  file.close("cannot be closed");
  sync_file(path);
  return after;
}

TemporaryFile beside(const std::filesystem::path& path) {
  return TemporaryFile(path.string() + ".part");
}

}  // namespace

HistoryWriter::HistoryWriter(std::filesystem::path path, const RunInfo& info) : path_(std::move(path)) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(path_, ignored)))
    throw HistoryError(path_.string() + ": exists already; give another name, or resume it");
  auto part = beside(path_);
  naming(part.path(), [&] { create(part.path(), info); });
  part.move_to(path_);
}

HistoryWriter HistoryWriter::resume(const std::filesystem::path& path, const History& history) {
  // The file itself is replaced, not a symbolic link to it.
  std::error_code error;
  HistoryWriter writer(Resumed{}, std::filesystem::canonical(path, error));
  if (error) throw HistoryError(fmt::format("{}: cannot be resumed: {}", path.string(), error.message()));
  auto part = beside(writer.path_);
  naming(part.path(), [&] {
    create(part.path(), history.info);
    std::vector<std::uint64_t> born;
    for (const auto& [first, last] : births(history)) born.push_back(last - first);
    if (born.empty() && history.individuals.empty()) return;
    const auto committed =
        add(part.path(), {}, 0, {history.individuals, history.generations, history.proposals, born, proposed(history)});
    writer.individuals_ = committed.individuals;
    writer.generations_ = committed.generations;
    writer.proposals_ = history.proposals.size();
  });
  part.move_to(writer.path_);
  return writer;
}

void HistoryWriter::append(const Generation& generation) {
  const auto committed = naming(path_, [&] {
    return add(path_, {individuals_, generations_}, proposals_,
               {generation.born,
                {&generation, 1},
                generation.proposals,
                {generation.born.size()},
                {generation.proposals.size()}});
  });
  individuals_ = committed.individuals;
  generations_ = committed.generations;
  proposals_ += generation.proposals.size();
}

}  // namespace exogene
