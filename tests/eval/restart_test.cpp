#include <doctest/doctest.h>

#include <algorithm>

#include "genome/yaml.hpp"
#include "rig.hpp"

using namespace exogene;

namespace {

/// A task whose Exo services each leave a line in the file `starts`.
Task task_with(const std::filesystem::path& folder, const std::filesystem::path& starts) {
  Task task;
  task.tools = find_tools();
  const auto python = folder / "python";
  write_file(python,
             "#!/bin/sh\necho started >> " + starts.string() + "\nexec " + task.tools.python.string() + " \"$@\"\n");
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  task.tools.python = python;
  task.kernel = load_kernel(task.tools.root / "configs/kernels/matmul-128x128x128.yaml");
  task.accelerator = load_accelerator(task.tools.root / "configs/accelerators/gemmini-16x16.yaml");
  return task;
}

}  // namespace

TEST_CASE("an Exo service that has grown is replaced, and nobody sees it in what it answers") {
  const TemporaryFolder folder;
  const auto starts = folder.path() / "starts";
  auto task = task_with(folder.path(), starts);
  const auto alphabet = Alphabet::load(alphabet_path(task.tools));
  const auto genes = parse_genome(
                         "kernel: matmul\ngenes:\n"
                         "  - tensorise: {widths: [4, 4]}\n"
                         "  - hoist: {buffer: b, loops: 2}\n"
                         "  - divide_loop: {loop: io, factor: 3, tail: perfect}\n",
                         "genome", alphabet)
                         .genes;
  const auto replies = [&] {
    DecodeStage stage(task, folder.path());
    std::string texts;
    for (std::size_t length = 0; length <= genes.size(); ++length) {
      Evaluation evaluation;
      texts += stage.decode(std::span(genes).first(length), evaluation);
      texts += std::string(to_string(evaluation.status)) + evaluation.reason + "\n";
      CHECK(evaluation.reproducible);
    }
    CHECK(stage.sites(std::span(genes).first(2)).has_value());
    return texts;
  };
  const auto lines = [&] { return std::ranges::count(file_text(starts), '\n'); };
  const auto plain = replies();
  CHECK(lines() == 1);
  CHECK(plain.find("gemmini_preload") != std::string::npos);
  CHECK(plain.find("decode_failed") != std::string::npos);
  task.service_memory = 1;  // no process is that small
  CHECK(replies() == plain);
  CHECK(lines() == 1 + 5);
}
