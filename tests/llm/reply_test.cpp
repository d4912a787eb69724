#include "llm/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "../operators/rig.hpp"
#include "llm/edits.hpp"
#include "operators/draw.hpp"
#include "operators/mutation.hpp"

using namespace exogene;

namespace {

Genome parent() {
  return parse_genome("kernel: matmul\ngenes:\n  - tensorise: {widths: [4, 2]}\n  - tile: {loop: io, factor: 2}\n",
                      "parent", alphabet());
}

Reading read(const std::string& reply) {
  return read_reply(reply, parent(), alphabet());
}

std::string edit(const std::string& body) {
  return fmt::format(R"({{"edits": [{{{}}}]}})", body);
}

void check_refused(const std::string& reply, Outcome outcome, const std::string& reason) {
  CAPTURE(reply);
  const auto reading = read(reply);
  CHECK(reading.outcome == outcome);
  CHECK(reading.reason == reason);
  CHECK_FALSE(reading.genome);
}

}  // namespace

TEST_CASE("each kind of edit") {
  const auto genes = [](const std::string& reply) {
    const auto reading = read(reply);
    CHECK(reading.reason.empty());
    REQUIRE(reading.genome);
    std::string text;
    for (const auto& gene : reading.genome->genes) text += to_text(gene) + "; ";
    return text;
  };
  CHECK(genes(edit(R"("edit": "insert", "position": 2, "gene": {"simplify": {}})")) ==
        "tensorise: {widths: [4, 2]}; tile: {loop: io, factor: 2}; simplify: {}; ");
  CHECK(genes(edit(R"("edit": "delete", "position": 1)")) == "tensorise: {widths: [4, 2]}; ");
  CHECK(genes(edit(R"("edit": "replace", "position": 1, "gene": {"hoist": {"loops": 2, "buffer": "a"}})")) ==
        "tensorise: {widths: [4, 2]}; hoist: {buffer: a, loops: 2}; ");
  CHECK(genes(edit(R"("edit": "change_argument", "position": 0, "argument": "widths", "value": [1, 4])")) ==
        "tensorise: {widths: [1, 4]}; tile: {loop: io, factor: 2}; ");
  CHECK(genes("Sure! Here it is:\n```json\n" + edit(R"("edit": "delete", "position": 0)") + "\n```\nGood luck") ==
        "tile: {loop: io, factor: 2}; ");
}

TEST_CASE("every mutant is read back from the edits that make it") {
  int count = 0;
  for (std::uint32_t slot = 0; slot < 300; ++slot) {
    auto random = random_of(slot);
    for (const auto mutation : {Mutation::insert, Mutation::remove, Mutation::replace, Mutation::change_argument}) {
      const auto mutant = mutate(
          mutation, parent(), alphabet(), [](std::span<const Gene>) { return array_sites(); }, random);
      if (!mutant || *mutant == parent()) continue;
      const auto reading = read(to_json(edits_between(parent(), *mutant)));
      CHECK(reading.reason.empty());
      CHECK(reading.genome == mutant);
      ++count;
    }
  }
  CHECK(count > 1000);
}

TEST_CASE("what is no JSON is malformed, what is nothing is empty") {
  check_refused("", Outcome::empty, "the reply is empty");
  check_refused(" \n", Outcome::empty, "the reply is empty");
  check_refused(R"({"edits": []})", Outcome::empty, "no edits");
  check_refused("I would tile io.", Outcome::malformed, "no JSON object");
  check_refused("} {", Outcome::malformed, "no JSON object");
  check_refused(R"({"edits": [{"edit": "delete", "position": 1}})", Outcome::malformed, "not JSON");
  check_refused("{\"edits\": \"\xff\"}", Outcome::malformed, "not JSON");
  check_refused(R"({"edit": []})", Outcome::malformed, "not {\"edits\": [...]}");
  check_refused(R"({"edits": {}})", Outcome::malformed, "not {\"edits\": [...]}");
  check_refused(R"({"edits": [], "why": ""})", Outcome::malformed, "not {\"edits\": [...]}");
  check_refused("{\"edits\": " + std::string(40'000, '[') + std::string(40'000, ']') + "}", Outcome::malformed,
                "not JSON");
  check_refused(fmt::format("{{{:200000}}}", ""), Outcome::malformed, "200002 bytes; expected at most 100000");
}

TEST_CASE("edits are checked against the schema, the genome and the catalogue") {
  const auto invalid = [](const std::string& body, const std::string& reason) {
    check_refused(edit(body), Outcome::invalid, reason);
  };
  invalid(R"("position": 1)", "an edit lacks its key 'edit'");
  invalid(R"("edit": 3)", "edit is no text");
  invalid(R"("edit": "swap", "position": 0)", "edit is 'swap'; expected insert, delete, replace or change_argument");
  invalid(R"("edit": "delete", "position": 2)", "position is 2; expected a whole number from 0 to 1");
  invalid(R"("edit": "delete", "position": -1)", "position is -1; expected a whole number from 0 to 1");
  invalid(R"("edit": "delete", "position": 1.0)", "position is 1.0; expected a whole number from 0 to 1");
  invalid(R"("edit": "delete", "position": 1, "gene": {"simplify": {}})", "unknown key 'gene' in an edit");
  invalid(R"("edit": "insert", "position": 3, "gene": {"simplify": {}})",
          "position is 3; expected a whole number from 0 to 2");
  invalid(R"("edit": "insert", "position": 0)", "an edit lacks its key 'gene'");
  invalid(R"("edit": "insert", "position": 0, "gene": {"system": {"command": "rm"}})",
          "gene:1: unknown primitive 'system'; see `exogene primitives`");
  invalid(
      R"("edit": "insert", "position": 0, "gene": {"add_unsafe_guard": {"statement": "io", "loop": "io", "iteration": 0}})",
      "add_unsafe_guard is not among the genes on offer");
  invalid(R"("edit": "insert", "position": 0, "gene": {"tile": {"loop": "io", "factor": 1}})",
          "gene:1: factor is '1'; expected a whole number from 2 to 4096");
  invalid(R"("edit": "insert", "position": 0, "gene": {"tile": {"loop": "io"}})",
          "gene:1: tile lacks its argument 'factor'");
  invalid(R"("edit": "insert", "position": 0, "gene": {"tile": {"loop": "io; rm -rf", "factor": 4}})",
          "gene:1: loop is 'io; rm -rf'; expected a name such as io or io#1");
  invalid(R"("edit": "insert", "position": 0, "gene": {"tile": {"loop": ["io"], "factor": 4}})",
          "gene:1: loop must be a single word or number");
  invalid(R"("edit": "insert", "position": 0, "gene": [])",
          "gene:1: a gene is one entry, e.g. 'divide_loop: {loop: i, factor: 16, tail: perfect}'");
  invalid(R"("edit": "change_argument", "position": 1, "argument": "tail", "value": "cut")",
          "tile has no argument 'tail'");
  invalid(R"("edit": "change_argument", "position": 1, "argument": "factor", "value": null)",
          "gene:1: factor must be a single word or number");
  invalid(R"("edit": "change_argument", "position": 1, "argument": "factor", "value": 2)", "the edits change nothing");
  check_refused(R"({"edits": [7]})", Outcome::invalid, "an edit is no object");
  check_refused(R"({"edits": [{"edit": "delete", "position": 0}, {"edit": "delete", "position": 0}]})",
                Outcome::invalid, "two edits change the gene at position 0");
  check_refused(R"({"edits": [1, 2, 3, 4]})", Outcome::invalid, "4 edits; expected at most 3");
}

TEST_CASE("whatever stands in whichever field is a reason in one line") {
  using Json = nlohmann::json;
  const std::vector<Json> hostile{std::string("i\0o", 3),
                                  "io\n- system: {}",
                                  "io: &a [*a, *a]",
                                  "!!python/object/apply:os.system [id]",
                                  "$(id) `id`; rm -rf ~ | sh",
                                  "__import__('os').system('id')",
                                  "io\"}}]}, {\"edit\": \"delete\"",
                                  "\x27\x27\x27io\\",
                                  "%s%n{}{0}",
                                  "../../etc/passwd",
                                  "<script>alert(1)</script>",
                                  "\xe2\x80\xae"
                                  "oi",
                                  "\xf0\x9f\x92\xa3",
                                  "<<",
                                  "~",
                                  std::string(50'000, 'i'),
                                  -1,
                                  1.5,
                                  1e300,
                                  std::uint64_t{18446744073709551615U},
                                  std::numeric_limits<std::int64_t>::min(),
                                  nullptr,
                                  Json::array({"io", Json::array({"io"})}),
                                  Json{{"io", Json{{"io", "io"}}}}};
  const Json change{{"edit", "change_argument"}, {"position", 1}, {"argument", "factor"}, {"value", 4}};
  const Json insert{{"edit", "insert"}, {"position", 0}, {"gene", {{"tile", {{"loop", "io"}, {"factor", 4}}}}}};
  for (const auto& base : {change, insert}) REQUIRE(read(Json{{"edits", {base}}}.dump()).outcome == Outcome::accepted);
  for (const auto& value : hostile) {
    std::vector<Json> edits{value};
    for (const auto& base : {change, insert}) {
      const auto flat = base.flatten();
      for (const auto& place : flat.items()) {
        edits.push_back(base);
        edits.back()[Json::json_pointer(place.key())] = value;
        if (!value.is_string()) continue;
        auto name = flat;
        name.erase(place.key());
        const auto parent_of = place.key().substr(0, place.key().rfind('/'));
        edits.push_back(name.unflatten());
        edits.back()[Json::json_pointer(parent_of)][value.get<std::string>()] = place.value();
      }
    }
    for (const auto& edit : edits) {
      Json document;
      document["edits"].push_back(edit);
      const auto reply = document.dump();
      CAPTURE(reply.substr(0, 300));
      const auto reading = read(reply);
      CHECK(reading.outcome == Outcome::invalid);
      CHECK_FALSE(reading.genome);
      CHECK_FALSE(reading.reason.empty());
      CHECK(reading.reason.size() <= 200);
      CHECK(std::ranges::all_of(reading.reason, [](char c) { return c >= ' ' && c <= '~'; }));
    }
  }
  for (const char* const number : {"1e999", "-1e999", "NaN", "Infinity", "0x10", "01"}) {
    const auto reply = edit(fmt::format(R"("edit": "delete", "position": {})", number));
    check_refused(reply, Outcome::malformed, "not JSON");
  }
}

TEST_CASE("a genome of no genes can only grow, one of the most cannot") {
  const Genome none{"matmul", {}};
  CHECK(read_reply(edit(R"("edit": "delete", "position": 0)"), none, alphabet()).reason ==
        "the genome has no gene to delete, replace or change");
  auto full = parent();
  full.genes.resize(longest_genome, full.genes[1]);
  CHECK(read_reply(edit(R"("edit": "insert", "position": 0, "gene": {"simplify": {}})"), full, alphabet()).reason ==
        "the genome has 256 genes already");
}
