#include "eval/evaluation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "eval/proof.hpp"

using namespace exogene;

TEST_CASE("ten statuses, in the order of histories") {
  const auto& names = status_names();
  CHECK(names == std::vector<std::string>{"ok", "decode_failed", "codegen_failed", "compile_failed",
                                          "capacity_exceeded", "invalid_on_hardware", "wrong_result", "timeout",
                                          "crashed", "not_proven"});
  CHECK(static_cast<std::size_t>(Status::not_proven) + 1 == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) CHECK(to_string(static_cast<Status>(i)) == names[i]);
  CHECK(to_string(Status::ok) == "ok");
  CHECK(to_string(Status::capacity_exceeded) == "capacity_exceeded");
  CHECK(to_string(Status::timeout) == "timeout");
}

TEST_CASE("35 metrics, each called by a name of its own") {
  const auto& names = metric_names();
  CHECK(names.size() == 36);
  CHECK(std::set(names.begin(), names.end()).size() == names.size());
  for (const auto& name : names) {
    CAPTURE(name);
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string::npos);
    CHECK_FALSE(name.empty());
  }
  for (const char* const name : {"instructions", "dram_bytes", "memory_accesses", "macs"})
    CHECK(std::ranges::count(names, name) == 1);
}

TEST_CASE("what was not evaluated is not ok") {
  const Evaluation evaluation;
  CHECK(evaluation.status != Status::ok);
  CHECK(evaluation.metrics.empty());
  CHECK(evaluation.failed_gene == -1);
  CHECK(evaluation.c_hash == Hash{});
}

TEST_CASE("a verdict says at which stage and why") {
  const auto alphabet = Alphabet::load(EXOGENE_SOURCE_DIR "/src/genome/alphabet.yaml");
  const auto genes = parse_genome("kernel: matmul\ngenes:\n  - simplify: {}\n", "test", alphabet).genes;
  Evaluation proving;
  proving.status = Status::ok;
  proving.c_hash = {1, 2};
  CHECK(proof_of(proving, genes) == Proof{Verdict::proven, ""});
  CHECK(proof_of(proving, genes, {1, 2}) == Proof{Verdict::proven, ""});
  CHECK(proof_of(proving, genes, {1, 3}).verdict == Verdict::not_proven);
  proving.status = Status::decode_failed;
  proving.failed_gene = 0;
  proving.reason = "no";
  CHECK(proof_of(proving, genes) == Proof{Verdict::not_proven, "decode_failed, gene 0 (simplify: {}): no"});
  proving.reproducible = false;
  CHECK(proof_of(proving, genes).verdict == Verdict::undecided);
}
