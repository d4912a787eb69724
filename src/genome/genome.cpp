#include "genome/genome.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <xxhash.h>

#include <algorithm>
#include <optional>

#include "genome/yaml.hpp"

namespace exogene {
namespace {

std::string to_text(const Value& value) {
  struct Print {
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(const std::string& word) const { return word; }
    std::string operator()(const std::vector<std::int64_t>& list) const {
      return fmt::format("[{}]", fmt::join(list, ", "));
    }
    std::string operator()(const std::vector<std::string>& list) const {
      return fmt::format("[{}]", fmt::join(list, ", "));
    }
  };
  return std::visit(Print{}, value);
}

std::string names_of(const std::vector<Parameter>& parameters) {
  std::vector<std::string> names;
  for (const auto& parameter : parameters) names.push_back(parameter.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

class Reader {
 public:
  Reader(std::string_view source, const Alphabet& alphabet) : source_(source), alphabet_(alphabet) {}

  Genome genome(const YAML::Node& root) const {
    if (!root.IsMap()) fail_at(root, source_, "expected the keys kernel and genes");
    for (const auto& entry : root) {
      const auto key = scalar(entry.first, "a key");
      if (key != "kernel" && key != "genes")
        fail_at(entry.first, source_, fmt::format("unknown key '{}'; expected kernel or genes", key));
    }
    Genome result;
    if (!root["kernel"]) fail_at(root, source_, "missing key 'kernel'; expected the kernel's name, e.g. matmul");
    result.kernel = scalar(root["kernel"], "kernel");
    if (!is_site_name(result.kernel)) fail_at(root["kernel"], source_, "kernel is a name, e.g. matmul");
    const auto genes = root["genes"];
    if (!genes || !genes.IsSequence()) fail_at(root, source_, "expected a list under 'genes', [] when there are none");
    for (const auto& node : genes) result.genes.push_back(gene(node));
    return result;
  }

 private:
  Gene gene(const YAML::Node& node) const {
    if (!node.IsMap() || node.size() != 1)
      fail_at(node, source_, "a gene is one entry, e.g. 'divide_loop: {loop: i, factor: 16, tail: perfect}'");
    const auto entry = *node.begin();
    const auto name = scalar(entry.first, "a gene's name");
    const auto* kind = alphabet_.find(name);
    if (kind == nullptr) fail_at(node, source_, fmt::format("unknown primitive '{}'; see `exogene primitives`", name));
    const auto& given = entry.second;
    if (!given.IsMap()) fail_at(node, source_, fmt::format("{} takes {{{}}}", name, names_of(kind->parameters)));
    Gene result{kind, {}};
    for (const auto& argument : given) {
      const auto key = scalar(argument.first, "an argument's name");
      if (std::ranges::find(kind->parameters, key, &Parameter::name) == kind->parameters.end())
        fail_at(argument.first, source_,
                fmt::format("{} has no argument '{}'; it takes {{{}}}", name, key, names_of(kind->parameters)));
    }
    if (given.size() > kind->parameters.size()) fail_at(node, source_, name + " has an argument twice");
    for (const auto& parameter : kind->parameters) {
      const auto argument = given[parameter.name];
      if (!argument) fail_at(node, source_, fmt::format("{} lacks its argument '{}'", name, parameter.name));
      result.arguments.push_back(value(argument, parameter));
    }
    return result;
  }

  Value value(const YAML::Node& node, const Parameter& parameter) const {
    switch (parameter.kind) {
      case ArgumentKind::integer:
        return number(node, parameter);
      case ArgumentKind::integers: {
        std::vector<std::int64_t> list;
        for (const auto& item : items(node, parameter)) list.push_back(number(item, parameter));
        return list;
      }
      case ArgumentKind::loops: {
        std::vector<std::string> list;
        for (const auto& item : items(node, parameter)) list.push_back(site(item, parameter));
        return list;
      }
      case ArgumentKind::choice: {
        const auto word = scalar(node, parameter.name);
        if (std::ranges::find(parameter.choices, word) == parameter.choices.end())
          fail_at(
              node, source_,
              fmt::format("{} is '{}'; expected one of {}", parameter.name, word, fmt::join(parameter.choices, ", ")));
        return word;
      }
      default:
        return site(node, parameter);
    }
  }

  const YAML::Node& items(const YAML::Node& node, const Parameter& parameter) const {
    if (!node.IsSequence() || node.size() == 0)
      fail_at(node, source_, parameter.name + " is a list in brackets, e.g. [a, b]");
    return node;
  }

  std::int64_t number(const YAML::Node& node, const Parameter& parameter) const {
    std::int64_t result = 0;
    const auto text = scalar(node, parameter.name);
    if (!YAML::convert<std::int64_t>::decode(node, result) || std::to_string(result) != text ||
        result < parameter.min || result > parameter.max)
      fail_at(node, source_,
              fmt::format("{} is '{}'; expected a whole number from {} to {}", parameter.name, text, parameter.min,
                          parameter.max));
    return result;
  }

  std::string site(const YAML::Node& node, const Parameter& parameter) const {
    auto name = scalar(node, parameter.name);
    if (!is_site_name(name))
      fail_at(node, source_, fmt::format("{} is '{}'; expected a name such as io or io#1", parameter.name, name));
    return name;
  }

  std::string scalar(const YAML::Node& node, std::string_view what) const {
    if (!node.IsScalar()) fail_at(node, source_, fmt::format("{} must be a single word or number", what));
    return node.Scalar();
  }

  std::string_view source_;
  const Alphabet& alphabet_;
};

}  // namespace

std::string to_text(const Gene& gene) {
  std::vector<std::string> arguments;
  for (std::size_t i = 0; i < gene.arguments.size(); ++i)
    arguments.push_back(gene.kind->parameters[i].name + ": " + to_text(gene.arguments[i]));
  return fmt::format("{}: {{{}}}", gene.kind->name, fmt::join(arguments, ", "));
}

std::string to_text(const Genome& genome) {
  auto text = fmt::format("kernel: {}\ngenes:", genome.kernel);
  if (genome.genes.empty()) return text + " []\n";
  text += '\n';
  for (const auto& gene : genome.genes) text += fmt::format("  - {}\n", to_text(gene));
  return text;
}

Genome parse_genome(const std::string& text, std::string_view source, const Alphabet& alphabet) {
  return Reader(source, alphabet).genome(parse_yaml(text, source));
}

Hash hash(std::string_view text) {
  const auto digest = XXH3_128bits(text.data(), text.size());
  return {digest.high64, digest.low64};
}

Hash hash(const Genome& genome) {
  return hash(std::string_view(to_text(genome)));
}

}  // namespace exogene
