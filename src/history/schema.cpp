#include "history/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "experiment/search.hpp"
#include "history/error.hpp"

namespace exogene::schema {
namespace {

/// The two columns of a list of another length each row.
void add_list(std::vector<Column>& columns, const std::string& name, const std::string& part, Cell cell,
              const std::string& help, const std::vector<std::string>& names = {}) {
  columns.push_back({fmt::format("{}/{}", name, part), cell, 1, false, help, names});
  columns.push_back({name + "/offsets",
                     Cell::u64,
                     1,
                     true,
                     fmt::format("row r owns {}[offsets[r]] up to, not including, {}[offsets[r + 1]]", part, part),
                     {}});
}

std::vector<Column> make_columns() {
  const auto& metrics = metric_names();
  std::vector<Column> all{
      {"individuals/id", Cell::i64, 1, false, "from 0, in order of birth", {}},
      {"individuals/generation", Cell::u32, 1, false, "number of the generation it was born in", {}},
      {"individuals/slot", Cell::u32, 1, false, "place among those born in its generation, from 0", {}},
      {"individuals/parents", Cell::i64, 2, false, "ids of its parents; -1 for none", {}},
      {"individuals/retries", Cell::u32, 1, false, "proposals thrown away before this one", {}},
      {"individuals/island", Cell::u32, 1, false, "number of the island it was born on", {}},
      {"individuals/genome_hash", Cell::u64, 2, false, "XXH3 (128 bit) of the genome's text", {"high", "low"}},
      {"individuals/c_hash", Cell::u64, 2, false, "hash of the generated C; 0 when there is none", {"high", "low"}},
      {"individuals/status", Cell::status, 1, false, "how its evaluation ended", {}},
      {"individuals/verdict", Cell::verdict, 1, false, "how its proof ended", {}},
      {"individuals/failed_gene", Cell::i64, 1, false, "index of the gene that was refused, from 0; -1 for none", {}},
      {"individuals/reproducible", Cell::boolean, 1, false, "FALSE when a wall-clock deadline decided", {}},
      {"individuals/has_metrics", Cell::boolean, 1, false, "FALSE when its row of metrics means nothing", {}},
      {"individuals/metrics", Cell::u64, metrics.size(), false, "counts of one call of the kernel, as named", metrics},
      {"individuals/seconds",
       Cell::f64,
       3,
       false,
       "wall-clock seconds of each stage; 0 when it did not run",
       {"decode", "compile", "simulate"}},
      {"individuals/prediction",
       Cell::f64,
       2,
       false,
       "what the surrogate that chose it expected: its first objective, and from 0 to 1 to be right; NaN for none",
       {"objective", "right"}},
      {"individuals/gain", Cell::f64, 1, false, "share by which it is better than each parent; 0 when it is not", {}},
      {"generations/number", Cell::u32, 1, false, "from 0", {}},
      {"generations/seconds", Cell::f64, 1, false, "wall-clock seconds it took", {}},
      {"generations/born", Cell::u64, 1, false, "number of individuals born in it", {}},
      {"generations/probabilities", Cell::f64, operator_names().size(), false,
       "with which its children got each operator; 0 for one that took no part", operator_names()},
      {"generations/proposed", Cell::u64, 1, false, "number of questions to LLMs in it", {}},
      {"proposals/island", Cell::u32, 1, false, "from 0", {}},
      {"proposals/generation", Cell::u32, 1, false, "number of the generation it was asked for", {}},
      {"proposals/slot", Cell::u32, 1, false, "place that was to be filled, from 0", {}},
      {"proposals/attempt", Cell::u32, 1, false, "proposals for the place thrown away before, from 0", {}},
      {"proposals/parent", Cell::i64, 1, false, "id of the individual to be changed", {}},
      {"proposals/child", Cell::i64, 1, false, "id of the individual it became; -1 for none", {}},
      {"proposals/outcome", Cell::outcome, 1, false, "what became of it", {}},
      {"proposals/tokens", Cell::u64, 2, false, "tokens as the server counted them", {"in", "out"}},
      {"proposals/seconds", Cell::f64, 1, false, "wall-clock seconds until the answer, retries included", {}},
      {"proposals/cost", Cell::f64, 1, false, "in the currency of the experiment's prices", {}},
      {"proposals/calls", Cell::u32, 1, false, "requests sent", {}},
  };
  add_list(all, "individuals/genome", "bytes", Cell::byte, "the genome's canonical YAML in UTF-8");
  add_list(all, "individuals/operation", "bytes", Cell::byte, "name of the operator that made it, UTF-8");
  add_list(all, "individuals/reason", "bytes", Cell::byte, "why its evaluation failed, UTF-8; empty when ok");
  add_list(all, "individuals/doubt", "bytes", Cell::byte, "why it is not proven, UTF-8; empty when proven or untried");
  add_list(all, "individuals/introns", "values", Cell::i64, "indices of genes that were skipped, from 0");
  add_list(all, "generations/population", "values", Cell::i64, "ids of those alive at its end, best first");
  add_list(all, "generations/front", "values", Cell::i64,
           "ids of all so far that no other dominates, the first objective leading; empty unless by nsga2");
  add_list(all, "individuals/cases", "values", Cell::u64,
           "metrics, as named, of each case (kernel on accelerator) behind the first; empty when there is one only");
  add_list(all, "individuals/features", "values", Cell::f64,
           "what was known of its schedule before it was compiled, as named; empty without a surrogate",
           feature_names());
  add_list(all, "proposals/model", "bytes", Cell::byte, "name of the model, UTF-8");
  add_list(all, "proposals/prompt", "bytes", Cell::byte, "the messages sent, JSON in UTF-8");
  add_list(all, "proposals/reply", "bytes", Cell::byte, "the model's text, UTF-8");
  add_list(all, "proposals/reason", "bytes", Cell::byte, "why it was not accepted, UTF-8; empty when it was");
  return all;
}

hdf5::Handle enumeration(hid_t base, const std::vector<std::string>& names) {
  hdf5::Handle type(H5Tenum_create(base), H5Tclose, "no enumeration");
  std::uint8_t value = 0;
  for (const auto& name : names) {
    hdf5::checked(H5Tenum_insert(type.get(), name.c_str(), &value), "no enumeration");
    ++value;
  }
  return type;
}

}  // namespace

std::size_t size_of(Cell cell) {
  switch (cell) {
    case Cell::byte:
    case Cell::boolean:
    case Cell::status:
    case Cell::verdict:
    case Cell::outcome:
      return 1;
    case Cell::u32:
      return 4;
    case Cell::u64:
    case Cell::i64:
    case Cell::f64:
      break;
  }
  return 8;
}

hdf5::Handle type_of(Cell cell) {
  const auto copy = [](hid_t type) { return hdf5::Handle(H5Tcopy(type), H5Tclose, "no type"); };
  switch (cell) {
    case Cell::byte:
      return copy(H5T_STD_U8LE);
    case Cell::boolean:  // as h5py writes them, so that it reads them as such
      return enumeration(H5T_STD_I8LE, {"FALSE", "TRUE"});
    case Cell::status:
      return enumeration(H5T_STD_U8LE, status_names());
    case Cell::verdict:
      return enumeration(H5T_STD_U8LE, verdict_names());
    case Cell::outcome:
      return enumeration(H5T_STD_U8LE, outcome_names());
    case Cell::u32:
      return copy(H5T_STD_U32LE);
    case Cell::u64:
      return copy(H5T_STD_U64LE);
    case Cell::i64:
      return copy(H5T_STD_I64LE);
    case Cell::f64:
      break;
  }
  return copy(H5T_IEEE_F64LE);
}

const std::vector<Column>& columns() {
  static const auto all = make_columns();
  return all;
}

const Column& column(std::string_view name) {
  const auto found = std::ranges::find(columns(), name, &Column::name);
  if (found == columns().end()) throw std::logic_error(fmt::format("histories have no column {}", name));
  return *found;
}

Committed read_committed(hid_t file) {
  // The writer may be at work: two equal readings in a row are one that was not torn.
  const auto read = [file] {
    const auto dataset = hdf5::open_dataset(file, committed_name);
    hdf5::Handle type(H5Dget_type(dataset.get()), H5Tclose, "/committed has no type");
    if (hdf5::extents(dataset.get(), committed_name) != std::vector<hsize_t>{2} ||
        H5Tequal(type.get(), H5T_STD_U64LE) <= 0)
      throw HistoryError("/committed is of another type; expected two unsigned numbers of 64 bits");
    std::uint64_t counts[2];
    hdf5::checked(H5Dread(dataset.get(), H5T_STD_U64LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, counts),
                  "/committed cannot be read");
    return Committed{counts[0], counts[1]};
  };
  auto last = read();
  for (auto next = read(); next != last; next = read()) last = next;
  return last;
}

std::optional<std::string> fault(const Individual& individual, std::uint64_t id) {
  const auto& evaluation = individual.evaluation;
  const auto genes = static_cast<std::int64_t>(individual.genome.genes.size());
  if (individual.id < 0 || static_cast<std::uint64_t>(individual.id) != id)
    return fmt::format("id is {}; expected {}", individual.id, id);
  for (const auto parent : individual.parents)
    if (parent < -1 || parent >= individual.id)
      return fmt::format("parent is {}; expected -1 or an id below its own", parent);
  if (individual.hash != hash(individual.genome)) return "genome_hash is not that of its genome";
  if (static_cast<std::size_t>(evaluation.status) >= status_names().size())
    return fmt::format("status is {}; expected one below {}", static_cast<int>(evaluation.status),
                       status_names().size());
  if (static_cast<std::size_t>(individual.proof.verdict) >= verdict_names().size())
    return fmt::format("verdict is {}; expected one below {}", static_cast<int>(individual.proof.verdict),
                       verdict_names().size());
  if (evaluation.failed_gene < -1 || evaluation.failed_gene >= genes)
    return fmt::format("failed_gene is {}; expected -1 or the index of one of its {} genes", evaluation.failed_gene,
                       genes);
  for (const auto intron : evaluation.introns)
    if (intron < 0 || intron >= genes)
      return fmt::format("intron is {}; expected the index of one of its {} genes", intron, genes);
  const auto metrics = evaluation.metrics.size();
  if (metrics != 0 && metrics != metric_names().size())
    return fmt::format("{} metrics; expected none or {}", metrics, metric_names().size());
  for (const auto& other : evaluation.cases)
    if (other.size() != metric_names().size())
      return fmt::format("a case of {} metrics; expected {}", other.size(), metric_names().size());
  if (const auto features = individual.features.size(); features != 0 && features != feature_names().size())
    return fmt::format("{} features; expected none or {}", features, feature_names().size());
  if (!(individual.gain >= 0 && individual.gain <= 1))
    return fmt::format("gain is {}; expected a number from 0 to 1", individual.gain);
  for (const auto feature : individual.features)
    if (!std::isfinite(feature) || feature < 0)
      return fmt::format("a feature is {}; expected a finite number from 0 on", feature);
  return std::nullopt;
}

std::optional<std::string> fault(const Generation& generation, std::uint64_t number, std::uint64_t alive) {
  if (generation.number != number) return fmt::format("number is {}; expected {}", generation.number, number);
  for (const auto& [name, ids] : {std::pair("population", &generation.population), {"front", &generation.front}})
    for (const auto id : *ids)
      if (id < 0 || static_cast<std::uint64_t>(id) >= alive)
        return fmt::format("{} holds id {}; expected one from 0 to {}", name, id, static_cast<std::int64_t>(alive) - 1);
  if (const auto count = generation.probabilities.size(); count != 0 && count != operator_names().size())
    return fmt::format("{} probabilities; expected none or {}", count, operator_names().size());
  for (const auto probability : generation.probabilities)
    if (!(probability >= 0 && probability <= 1))
      return fmt::format("a probability is {}; expected a number from 0 to 1", probability);
  return std::nullopt;
}

std::optional<std::string> fault(const Proposal& proposal, std::uint64_t number, std::uint64_t alive) {
  if (proposal.key.generation != number)
    return fmt::format("generation is {}; expected {}", proposal.key.generation, number);
  const auto is_id = [&](std::int64_t id) { return id >= 0 && static_cast<std::uint64_t>(id) < alive; };
  if (!is_id(proposal.parent)) return fmt::format("parent is {}; expected the id of an individual", proposal.parent);
  if (proposal.child != -1 && !is_id(proposal.child))
    return fmt::format("child is {}; expected -1 or the id of an individual", proposal.child);
  if (static_cast<std::size_t>(proposal.exchange.outcome) >= outcome_names().size())
    return fmt::format("outcome is {}; expected one below {}", static_cast<int>(proposal.exchange.outcome),
                       outcome_names().size());
  return std::nullopt;
}

}  // namespace exogene::schema
