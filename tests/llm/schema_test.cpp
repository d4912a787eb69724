#include "llm/schema.hpp"

#include <algorithm>

#include "../operators/rig.hpp"

using namespace exogene;

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> kinds(const Json& schema) {
  std::vector<std::string> names;
  for (const auto& gene : schema.at("$defs").at("gene").at("anyOf")) names.push_back(gene.at("required").at(0));
  return names;
}

/// Every object of a schema is closed and needs all it names, as strict decoders want it.
void check_strict(const Json& schema) {
  if (schema.is_array())
    for (const auto& item : schema) check_strict(item);
  if (!schema.is_object()) return;
  if (schema.contains("properties")) {
    CHECK(schema.at("additionalProperties") == false);
    std::vector<std::string> names;
    for (const auto& entry : schema.at("properties").items()) names.push_back(entry.key());
    CHECK(schema.at("required") == Json(names));
  }
  for (const auto& entry : schema.items()) check_strict(entry.value());
}

const std::string array_text =
    "kernel: matmul\ngenes:\n  - tensorise: {widths: [4, 2]}\n"
    "  - divide_loop: {loop: old, factor: 16, tail: cut}\n";

}  // namespace

TEST_CASE("the schema names what lives, and what the genome names") {
  const auto genome = parse_genome(array_text, "test", alphabet());
  auto sites = array_sites();
  sites.configurations = {"ld_a"};
  const auto schema = reply_schema(alphabet(), sites, genome);
  check_strict(schema);
  const auto& names = schema.at("$defs");
  CHECK(names.at("loop").at("enum") ==
        Json({"io", "joo", "joi", "koo", "koi", "joi#1", "joi#2", "joi#3", "k", "p", "t", "old"}));
  CHECK(names.at("buffer").at("enum") == Json({"res", "a", "b", "b#1", "b#2", "s", "pair"}));
  CHECK(std::ranges::count(names.at("statement").at("enum"), Json("mvin2")) == 1);
  CHECK(names.at("configuration").at("enum") == Json({"ld_a"}));
  const auto offered = std::ranges::count_if(alphabet().kinds(), &GeneKind::drawn);
  CHECK(std::ranges::ssize(kinds(schema)) == offered);
  CHECK(offered < std::ranges::ssize(alphabet().kinds()));
  const auto& edits = schema.at("properties").at("edits");
  CHECK(edits.at("maxItems") == 3);
  CHECK(edits.at("items").at("anyOf").size() == 4);
  const auto& insert = edits.at("items").at("anyOf").at(0).at("properties");
  CHECK(insert.at("position") == Json({{"type", "integer"}, {"minimum", 0}, {"maximum", 2}}));
  const auto& change = edits.at("items").at("anyOf").at(3).at("properties");
  CHECK(change.at("argument").at("enum") == Json({"widths", "loop", "factor", "tail"}));
}

TEST_CASE("kinds that would find no name are left out, and edits of genes where there is none") {
  Sites sites = naive_sites();
  sites.buffers.clear();
  const auto schema = reply_schema(alphabet(), sites, {"matmul", {}});
  check_strict(schema);
  const auto there = kinds(schema);
  CHECK(std::ranges::find(there, "lift_alloc") == there.end());
  CHECK(std::ranges::find(there, "divide_loop") != there.end());
  CHECK_FALSE(schema.at("$defs").contains("buffer"));
  CHECK(schema.at("properties").at("edits").at("items").at("anyOf").size() == 1);
}
