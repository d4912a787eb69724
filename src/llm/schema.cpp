#include "llm/schema.hpp"

#include <algorithm>
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

/// Names that a gene may hold.
struct Living {
  Names loops;
  Names buffers;
  Names statements;
};

Living living(const Sites& sites, const Genome& genome) {
  Living result;
  for (const auto& loop : sites.loops) add(result.loops, loop.name);
  for (const auto& buffer : sites.buffers) add(result.buffers, buffer.name);
  for (const auto& statement : sites.statements) add(result.statements, statement.name);
  for (const auto& gene : genome.genes)
    for (std::size_t i = 0; i < gene.arguments.size(); ++i) {
      const auto kind = gene.kind->parameters[i].kind;
      if (kind == ArgumentKind::loop) add(result.loops, std::get<std::string>(gene.arguments[i]));
      if (kind == ArgumentKind::buffer) add(result.buffers, std::get<std::string>(gene.arguments[i]));
      if (kind == ArgumentKind::statement) add(result.statements, std::get<std::string>(gene.arguments[i]));
      if (kind == ArgumentKind::loops)
        for (const auto& name : std::get<std::vector<std::string>>(gene.arguments[i])) add(result.loops, name);
    }
  return result;
}

Json reference(const char* name) {
  return {{"$ref", std::string("#/$defs/") + name}};
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
  switch (parameter.kind) {
    case ArgumentKind::loop:
      return reference("loop");
    case ArgumentKind::buffer:
      return reference("buffer");
    case ArgumentKind::statement:
      return reference("statement");
    case ArgumentKind::integer:
      return whole(parameter.min, parameter.max);
    case ArgumentKind::integers:
      return list(whole(parameter.min, parameter.max), std::max<std::size_t>(parameter.count, 1),
                  parameter.count > 0 ? parameter.count : most_numbers);
    case ArgumentKind::loops:
      return list(reference("loop"), 2, std::max<std::size_t>(names.loops.size(), 2));
    case ArgumentKind::choice:
      break;
  }
  return words(parameter.choices);
}

bool finds_names(const GeneKind& kind, const Living& names) {
  return std::ranges::all_of(kind.parameters, [&](const Parameter& parameter) {
    switch (parameter.kind) {
      case ArgumentKind::loop:
        return !names.loops.empty();
      case ArgumentKind::loops:
        return names.loops.size() > 1;
      case ArgumentKind::buffer:
        return !names.buffers.empty();
      case ArgumentKind::statement:
        return !names.statements.empty();
      default:
        return true;
    }
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
    if (!finds_names(kind, names)) continue;
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
  auto& definitions = schema["$defs"];
  if (!names.loops.empty()) definitions["loop"] = words(names.loops);
  if (!names.buffers.empty()) definitions["buffer"] = words(names.buffers);
  if (!names.statements.empty()) definitions["statement"] = words(names.statements);
  definitions["gene"] = {{"anyOf", genes}};
  return schema;
}

}  // namespace exogene
