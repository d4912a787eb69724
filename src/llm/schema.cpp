#include "llm/schema.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "llm/edits.hpp"

namespace exogene {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

constexpr std::size_t most_numbers = 8;  // of a list: buffers have fewer dimensions

void add(Names& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// Names that a gene may hold, by kind of argument.
using Living = std::map<ArgumentKind, Names>;

const std::map<ArgumentKind, std::string>& definitions() {
  static const std::map<ArgumentKind, std::string> all{
      {ArgumentKind::loop, "loop"},           {ArgumentKind::buffer, "buffer"},
      {ArgumentKind::statement, "statement"}, {ArgumentKind::expression, "expression"},
      {ArgumentKind::array, "array"},         {ArgumentKind::instruction, "instruction"},
      {ArgumentKind::memory, "memory"},       {ArgumentKind::configuration, "configuration"},
  };
  return all;
}

Living living(const Sites& sites, const Genome& genome) {
  Living result;
  for (const auto& [kind, definition] : definitions()) result[kind];
  const auto add_all = [&](ArgumentKind kind, const Names& names) {
    for (const auto& name : names) add(result[kind], name);
  };
  for (const auto& loop : sites.loops) add(result[ArgumentKind::loop], loop.name);
  for (const auto& buffer : sites.buffers) {
    add(result[ArgumentKind::buffer], buffer.name);
    add_all(ArgumentKind::memory, buffer.memories);
  }
  for (const auto& statement : sites.statements) {
    add(result[ArgumentKind::statement], statement.name);
    add_all(ArgumentKind::array, statement.arrays);
    add_all(ArgumentKind::instruction, statement.instructions);
  }
  for (const auto& expression : sites.expressions) add(result[ArgumentKind::expression], expression.name);
  add_all(ArgumentKind::configuration, sites.configurations);
  for (const auto& gene : genome.genes)
    for (std::size_t i = 0; i < gene.arguments.size(); ++i) {
      const auto kind = gene.kind->parameters[i].kind;
      if (is_name(kind)) add(result[kind], std::get<std::string>(gene.arguments[i]));
      if (kind == ArgumentKind::loops)
        add_all(ArgumentKind::loop, std::get<std::vector<std::string>>(gene.arguments[i]));
    }
  return result;
}

Json reference(const std::string& name) {
  return {{"$ref", "#/$defs/" + name}};
}

Json object(const Json& properties) {
  auto required = Json::array();
  for (const auto& entry : properties.items()) required.push_back(entry.key());
  return {{"type", "object"}, {"properties", properties}, {"required", required}, {"additionalProperties", false}};
}

Json words(const Names& names) {
  return {{"type", "string"}, {"enum", names}};
}

Json whole(std::int64_t min, std::int64_t max) {
  return {{"type", "integer"}, {"minimum", min}, {"maximum", max}};
}

Json list(const Json& items, std::size_t min, std::size_t max) {
  return {{"type", "array"}, {"items", items}, {"minItems", min}, {"maxItems", max}};
}

Json value_of(const Parameter& parameter, const Living& names) {
  if (is_name(parameter.kind)) return reference(definitions().at(parameter.kind));
  switch (parameter.kind) {
    case ArgumentKind::integer:
      return whole(parameter.min, parameter.max);
    case ArgumentKind::integers:
      return list(whole(parameter.min, parameter.max), std::max<std::size_t>(parameter.count, 1),
                  parameter.count > 0 ? parameter.count : most_numbers);
    case ArgumentKind::loops:
      return list(reference("loop"), 2, std::max<std::size_t>(names.at(ArgumentKind::loop).size(), 2));
    default:
      return words(parameter.choices);
  }
}

bool finds_names(const GeneKind& kind, const Living& names) {
  return std::ranges::all_of(kind.parameters, [&](const Parameter& parameter) {
    if (parameter.kind == ArgumentKind::loops) return names.at(ArgumentKind::loop).size() > 1;
    return !is_name(parameter.kind) || !names.at(parameter.kind).empty();
  });
}

Json edit(const char* name, std::size_t last, const Json& more) {
  Json properties{{"edit", words({name})}, {"position", whole(0, static_cast<std::int64_t>(last))}};
  for (const auto& entry : more.items()) properties[entry.key()] = entry.value();
  return object(properties);
}

/// The edit that changes an argument: those that the genome has, and every value that one of them may have.
Json change(const Genome& genome, const Living& names) {
  Names arguments;
  auto values = Json::array();
  for (const auto& gene : genome.genes)
    for (const auto& parameter : gene.kind->parameters) {
      add(arguments, parameter.name);
      const auto value = value_of(parameter, names);
      if (std::ranges::find(values, value) == values.end()) values.push_back(value);
    }
  if (arguments.empty()) return {};
  return edit("change_argument", genome.genes.size() - 1,
              {{"argument", words(arguments)}, {"value", {{"anyOf", values}}}});
}

}  // namespace

Json reply_schema(const Alphabet& alphabet, const Sites& sites, const Genome& genome) {
  const auto names = living(sites, genome);
  auto genes = Json::array();
  for (const auto& kind : alphabet.kinds()) {
    if (!kind.drawn || !finds_names(kind, names)) continue;
    auto arguments = Json::object();
    for (const auto& parameter : kind.parameters) arguments[parameter.name] = value_of(parameter, names);
    genes.push_back(object({{kind.name, object(arguments)}}));
  }
  auto edits = Json::array({edit("insert", genome.genes.size(), {{"gene", reference("gene")}})});
  if (!genome.genes.empty()) {
    const auto last = genome.genes.size() - 1;
    edits.push_back(edit("delete", last, Json::object()));
    edits.push_back(edit("replace", last, {{"gene", reference("gene")}}));
    if (auto argument = change(genome, names); !argument.is_null()) edits.push_back(std::move(argument));
  }
  auto schema = object({{"edits", list({{"anyOf", edits}}, 1, most_edits)}});
  auto& defined = schema["$defs"];
  for (const auto& [kind, definition] : definitions())
    if (!names.at(kind).empty()) defined[definition] = words(names.at(kind));
  defined["gene"] = {{"anyOf", genes}};
  return schema;
}

}  // namespace exogene
