#include "genome/alphabet.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <regex>
#include <utility>

#include "genome/yaml.hpp"

namespace exogene {
namespace {

template <class Enum>
using Words = std::map<std::string, Enum>;

Words<ArgumentKind> argument_kinds() {
  return {{"loop", ArgumentKind::loop},           {"buffer", ArgumentKind::buffer},
          {"statement", ArgumentKind::statement}, {"int", ArgumentKind::integer},
          {"ints", ArgumentKind::integers},       {"loops", ArgumentKind::loops},
          {"choice", ArgumentKind::choice},       {"expression", ArgumentKind::expression},
          {"array", ArgumentKind::array},         {"instruction", ArgumentKind::instruction},
          {"memory", ArgumentKind::memory},       {"configuration", ArgumentKind::configuration}};
}

Words<Level> levels() {
  return {{"primitive", Level::primitive}, {"composite", Level::composite}};
}

Words<Needs> needs() {
  return {{"naive", Needs::naive}, {"array", Needs::array}};
}

Words<Where> where_words(ArgumentKind kind) {
  if (kind == ArgumentKind::loop)
    return {{"constant", Where::constant}, {"fitting", Where::fitting},    {"around", Where::around},
            {"idle", Where::idle},         {"inside", Where::inside},      {"nest", Where::nest},
            {"next", Where::next},         {"enclosing", Where::enclosing}};
  if (kind == ArgumentKind::buffer)
    return {{"local", Where::local},
            {"loaded", Where::loaded},
            {"stored", Where::stored},
            {"later", Where::later},
            {"fitting", Where::fitting}};
  if (kind == ArgumentKind::statement) return {{"fitting", Where::fitting}, {"next", Where::next}};
  if (kind == ArgumentKind::expression) return {{"fitting", Where::fitting}};
  return {};
}

Words<Draw> draw_words(ArgumentKind kind) {
  if (kind == ArgumentKind::integer)
    return {{"divisor", Draw::divisor},
            {"iteration", Draw::iteration},
            {"depth", Draw::depth},
            {"dimension", Draw::dimension},
            {"bank", Draw::bank}};
  if (kind == ArgumentKind::integers) return {{"permutation", Draw::permutation}};
  return {};
}

/// The meaning of the word under `key` of the entry called `name`.
template <class Enum>
Enum read_word(const YAML::Node& entry, const std::string& name, const char* key, const Words<Enum>& words,
               std::string_view source) {
  const auto word = entry[key].as<std::string>();
  if (const auto found = words.find(word); found != words.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [text, meaning] : words) known.push_back(text);
  if (known.empty()) fail_at(entry[key], source, fmt::format("{} takes no '{}'; leave it out", name, key));
  fail_at(entry[key], source, fmt::format("{} of {} is '{}'; expected {}", key, name, word, fmt::join(known, ", ")));
}

Parameter read_parameter(const std::string& name, const YAML::Node& node, std::string_view source) {
  Parameter parameter;
  parameter.name = name;
  parameter.kind = read_word(node, name, "kind", argument_kinds(), source);
  const bool list = parameter.kind == ArgumentKind::integers;
  if (list || parameter.kind == ArgumentKind::integer) {
    parameter.min = node["min"].as<std::int64_t>();
    parameter.max = node["max"].as<std::int64_t>();
    if (parameter.min > parameter.max) fail_at(node, source, fmt::format("{} has a min above its max", name));
  } else if (parameter.kind == ArgumentKind::choice) {
    parameter.choices = node["of"].as<std::vector<std::string>>();
    if (parameter.choices.empty()) fail_at(node, source, fmt::format("{} has nothing to choose from", name));
  }
  if (node["where"]) parameter.where = read_word(node, name, "where", where_words(parameter.kind), source);
  if (node["draw"]) parameter.draw = read_word(node, name, "draw", draw_words(parameter.kind), source);
  if (list && parameter.draw == Draw::uniform) {
    parameter.count = node["count"].as<std::size_t>();
    if (parameter.count == 0) fail_at(node, source, fmt::format("count of {} is 0; expected at least 1", name));
  }
  return parameter;
}

/// Whether what `parameter` refers to is among the arguments in front of it.
bool refers_to_one_of(const Parameter& parameter, const std::vector<Parameter>& front) {
  const auto has = [&](ArgumentKind kind) { return std::ranges::find(front, kind, &Parameter::kind) != front.end(); };
  if (parameter.kind == ArgumentKind::memory) return has(ArgumentKind::buffer);
  if (parameter.kind == ArgumentKind::instruction || parameter.kind == ArgumentKind::array)
    return has(ArgumentKind::statement);
  switch (parameter.where) {
    case Where::enclosing:
      return has(ArgumentKind::buffer) || has(ArgumentKind::statement);
    case Where::around:
    case Where::idle:
    case Where::later:
      return has(ArgumentKind::buffer);
    default:
      break;
  }
  switch (parameter.draw) {
    case Draw::uniform:
      return true;
    case Draw::divisor:
      return has(ArgumentKind::loop) || std::ranges::find(front, Draw::dimension, &Parameter::draw) != front.end();
    case Draw::iteration:
      return has(ArgumentKind::loop);
    case Draw::depth:
      return has(ArgumentKind::buffer) || has(ArgumentKind::statement);
    case Draw::bank:
    case Draw::dimension:
    case Draw::permutation:
      return has(ArgumentKind::buffer);
  }
  return false;
}

GeneKind read_kind(const std::string& name, const YAML::Node& node, std::string_view source) {
  GeneKind kind;
  kind.name = name;
  kind.level = read_word(node, name, "level", levels(), source);
  if (node["needs"]) kind.needs = read_word(node, name, "needs", needs(), source);
  if (node["draw"]) kind.drawn = read_word(node, name, "draw", Words<bool>{{"never", false}}, source);
  kind.help = node["help"].as<std::string>();
  for (const auto& entry : node["arguments"]) {
    auto parameter = read_parameter(entry.first.as<std::string>(), entry.second, source);
    if (!refers_to_one_of(parameter, kind.parameters))
      fail_at(entry.first, source, fmt::format("no argument in front of {} is what it refers to", parameter.name));
    kind.parameters.push_back(std::move(parameter));
  }
  return kind;
}

}  // namespace

Alphabet Alphabet::load(const std::filesystem::path& path) {
  const auto source = path.string();
  const auto document = parse_yaml(read_text(path), source);
  Alphabet alphabet;
  try {
    for (const auto& entry : document)
      alphabet.kinds_.push_back(read_kind(entry.first.as<std::string>(), entry.second, source));
  } catch (const YAML::Exception& error) {
    throw InputError(fmt::format("{}:{}: malformed entry: {}", source, error.mark.line + 1, error.msg));
  }
  return alphabet;
}

const GeneKind* Alphabet::find(std::string_view name) const {
  const auto found = std::ranges::find(kinds_, name, &GeneKind::name);
  return found == kinds_.end() ? nullptr : &*found;
}

bool is_name(ArgumentKind kind) {
  return kind != ArgumentKind::integer && kind != ArgumentKind::integers && kind != ArgumentKind::loops &&
         kind != ArgumentKind::choice;
}

bool is_site_name(std::string_view text) {
  static const std::regex pattern(R"([A-Za-z_]\w{0,63}(=|\+=)?(#[0-9]{1,6})?(\.[0-9]{1,3})?)");
  // YAML reads these three words as nothing.
  const bool nothing = text == "null" || text == "Null" || text == "NULL";
  return !nothing && std::regex_match(text.begin(), text.end(), pattern);
}

std::string to_text(const Parameter& parameter) {
  const auto range = fmt::format("{}..{}", parameter.min, parameter.max);
  switch (parameter.kind) {
    case ArgumentKind::loop:
      return "a loop";
    case ArgumentKind::buffer:
      return "a buffer";
    case ArgumentKind::statement:
      return "a statement";
    case ArgumentKind::expression:
      return "an expression";
    case ArgumentKind::array:
      return "an array or buffer";
    case ArgumentKind::instruction:
      return "an instruction";
    case ArgumentKind::memory:
      return "a memory";
    case ArgumentKind::configuration:
      return "a configuration";
    case ArgumentKind::integer:
      return range;
    case ArgumentKind::integers:
      return "[" + range + ", ...]";
    case ArgumentKind::loops:
      return "[loops]";
    case ArgumentKind::choice:
      return fmt::format("{}", fmt::join(parameter.choices, " | "));
  }
  return {};
}

}  // namespace exogene
