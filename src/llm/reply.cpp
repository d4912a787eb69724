#include "llm/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "genome/yaml.hpp"
#include "operators/mutation.hpp"

namespace exogene {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_reply = 100'000;  // bytes
constexpr int deepest = 8;                      // edits of the schema nest less

/// Parses what may be nested without end.
Json parse(std::string_view text) {
  bool too_deep = false;
  auto json = Json::parse(
      text,
      [&](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > deepest;
        return !too_deep;
      },
      false);
  return too_deep ? Json(Json::value_t::discarded) : json;
}

/// Untrusted text as a reason.
std::string one_line(std::string text) {
  for (auto& c : text)
    if (c < ' ' || c > '~') c = ' ';
  if (text.size() > 200) text.resize(200);
  return text;
}

class Reader {
 public:
  Reader(const Genome& parent, const Alphabet& alphabet) : parent_(parent), alphabet_(alphabet) {}

  /// Throws InputError for an edit that is none.
  Edit edit(const Json& item) const {
    if (!item.is_object()) throw InputError("an edit is no object");
    const auto name = text(item, "edit");
    const auto genes = parent_.genes.size();
    if (name == "insert") {
      expect(item, {"edit", "position", "gene"});
      if (genes >= longest_genome) throw InputError(fmt::format("the genome has {} genes already", genes));
      return {Edit::Kind::insert, position(item, genes), gene(member(item, "gene"))};
    }
    if (name == "delete") {
      expect(item, {"edit", "position"});
      return {Edit::Kind::remove, gene_position(item), {}};
    }
    if (name == "replace") {
      expect(item, {"edit", "position", "gene"});
      return {Edit::Kind::replace, gene_position(item), gene(member(item, "gene"))};
    }
    if (name == "change_argument") {
      expect(item, {"edit", "position", "argument", "value"});
      const auto at = gene_position(item);
      return {Edit::Kind::replace, at, changed(parent_.genes[at], text(item, "argument"), member(item, "value"))};
    }
    throw InputError(fmt::format("edit is '{}'; expected insert, delete, replace or change_argument", name));
  }

 private:
  static void expect(const Json& item, const std::set<std::string>& keys) {
    for (const auto& entry : item.items())
      if (!keys.contains(entry.key())) throw InputError(fmt::format("unknown key '{}' in an edit", entry.key()));
  }

  static const Json& member(const Json& item, const char* key) {
    const auto found = item.find(key);
    if (found == item.end()) throw InputError(fmt::format("an edit lacks its key '{}'", key));
    return *found;
  }

  static std::string text(const Json& item, const char* key) {
    const auto& value = member(item, key);
    if (!value.is_string()) throw InputError(fmt::format("{} is no text", key));
    return value.get<std::string>();
  }

  static std::size_t position(const Json& item, std::size_t last) {
    const auto& value = member(item, "position");
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > last)
      throw InputError(fmt::format("position is {}; expected a whole number from 0 to {}", value.dump(), last));
    return value.get<std::size_t>();
  }

  std::size_t gene_position(const Json& item) const {
    if (parent_.genes.empty()) throw InputError("the genome has no gene to delete, replace or change");
    return position(item, parent_.genes.size() - 1);
  }

  /// JSON is YAML: the one reader of genomes checks the gene.
  Gene gene(const Json& item) const {
    const Json document{{"kernel", parent_.kernel}, {"genes", Json::array({item})}};
    auto result = parse_genome(document.dump(), "gene", alphabet_).genes.at(0);
    if (!result.kind->drawn) throw InputError(fmt::format("{} is not among the genes on offer", result.kind->name));
    return result;
  }

  Gene changed(const Gene& old, const std::string& argument, const Json& value) const {
    const auto& parameters = old.kind->parameters;
    if (std::ranges::find(parameters, argument, &Parameter::name) == parameters.end())
      throw InputError(fmt::format("{} has no argument '{}'", old.kind->name, argument));
    auto arguments = Json::object();
    for (std::size_t i = 0; i < parameters.size(); ++i)
      std::visit([&](const auto& kept) { arguments[parameters[i].name] = kept; }, old.arguments[i]);
    arguments[argument] = value;
    return gene({{old.kind->name, arguments}});
  }

  const Genome& parent_;
  const Alphabet& alphabet_;
};

Reading edited(const Json& list, const Genome& parent, const Alphabet& alphabet) {
  const Reader reader(parent, alphabet);
  std::vector<Edit> edits;
  std::set<std::size_t> changed;
  for (const auto& item : list) {
    edits.push_back(reader.edit(item));
    const auto& edit = edits.back();
    if (edit.kind != Edit::Kind::insert && !changed.insert(edit.position).second)
      throw InputError(fmt::format("two edits change the gene at position {}", edit.position));
  }
  auto genome = with_edits(edits, parent);
  if (genome == parent) throw InputError("the edits change nothing");
  if (genome.genes.size() > longest_genome)
    throw InputError(fmt::format("{} genes; expected at most {}", genome.genes.size(), longest_genome));
  return {Outcome::accepted, "", std::move(edits), std::move(genome)};
}

}  // namespace

Reading read_reply(const std::string& reply, const Genome& parent, const Alphabet& alphabet) {
  if (reply.find_first_not_of(" \t\r\n") == std::string::npos) return {Outcome::empty, "the reply is empty"};
  if (reply.size() > longest_reply)
    return {Outcome::malformed, fmt::format("{} bytes; expected at most {}", reply.size(), longest_reply)};
  const auto first = reply.find('{');
  const auto last = reply.rfind('}');
  if (first == std::string::npos || last == std::string::npos || last < first)
    return {Outcome::malformed, "no JSON object"};
  const auto json = parse(std::string_view(reply).substr(first, last - first + 1));
  if (!json.is_object()) return {Outcome::malformed, "not JSON"};
  if (json.size() != 1 || !json.contains("edits") || !json.at("edits").is_array())
    return {Outcome::malformed, "not {\"edits\": [...]}"};
  const auto& list = json.at("edits");
  if (list.empty()) return {Outcome::empty, "no edits"};
  if (list.size() > most_edits)
    return {Outcome::invalid, fmt::format("{} edits; expected at most {}", list.size(), most_edits)};
  try {
    return edited(list, parent, alphabet);
  } catch (const InputError& error) {
    return {Outcome::invalid, one_line(error.what())};
  } catch (const YAML::Exception& error) {  // for JSON that is no YAML, such as a string with a lone surrogate
    return {Outcome::invalid, one_line(error.what())};
  }
}

}  // namespace exogene
