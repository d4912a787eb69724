#include "llm/edits.hpp"

#include "../operators/rig.hpp"
#include "operators/mutation.hpp"

using namespace exogene;

namespace {

Genome genome(const std::vector<std::string>& genes) {
  std::string text = "kernel: matmul\ngenes: [";
  for (const auto& gene : genes) text += "{" + gene + "},";
  return parse_genome(text + "]", "test", alphabet());
}

const std::string one = "unroll_loop: {loop: i}";
const std::string two = "tile: {loop: j, factor: 4}";
const std::string three = "simplify: {}";
const std::string four = "tensorise: {widths: [4, 2]}";

}  // namespace

TEST_CASE("edits count positions before any of them") {
  const auto gene = [](const std::string& text) { return genome({text}).genes[0]; };
  const std::vector<Edit> edits{
      {Edit::Kind::remove, 0, {}}, {Edit::Kind::insert, 2, gene(four)}, {Edit::Kind::replace, 1, gene(one)}};
  CHECK(with_edits(edits, genome({one, two})) == genome({one, four}));
  CHECK(with_edits({{Edit::Kind::insert, 0, gene(four)}, {Edit::Kind::remove, 0, {}}}, genome({one})) ==
        genome({four}));
  CHECK(with_edits({{Edit::Kind::insert, 0, gene(one)}, {Edit::Kind::insert, 0, gene(two)}}, genome({})) ==
        genome({one, two}));
}

TEST_CASE("edits between two genomes lead from one to the other") {
  const std::vector<Genome> genomes{genome({}),          genome({one}),
                                    genome({one, two}),  genome({two, one}),
                                    genome({one, one}),  genome({one, two, three}),
                                    genome({one, four}), genome({four, two, three})};
  for (const auto& before : genomes)
    for (const auto& after : genomes) CHECK(with_edits(edits_between(before, after), before) == after);
  CHECK(edits_between(genome({one, two, three}), genome({one, four, three})).size() == 1);
  CHECK(edits_between(genome({one, two}), genome({one, two})).empty());
}

TEST_CASE("edits are written as a model would") {
  CHECK(to_json(edits_between(genome({one}), genome({one, two}))) ==
        R"({"edits":[{"edit":"insert","position":1,"gene":{"tile":{"loop":"j","factor":4}}}]})");
  CHECK(to_json(edits_between(genome({one, two}), genome({one}))) == R"({"edits":[{"edit":"delete","position":1}]})");
  CHECK(to_json(edits_between(genome({one}), genome({four}))) ==
        R"({"edits":[{"edit":"replace","position":0,"gene":{"tensorise":{"widths":[4,2]}}}]})");
}
