#include "history/writer.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <hdf5.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>

#include "history/compare.hpp"
#include "sample.hpp"

using namespace exogene;

namespace {

void check_holds(const std::filesystem::path& path, std::uint32_t generations) {
  const auto found = read_history(path, sample::alphabet());
  const auto expected = sample::history(generations);
  CHECK(found.info == expected.info);
  CHECK(first_difference(expected, found).value_or("") == "");
  for (std::size_t i = 0; i < std::min(found.individuals.size(), expected.individuals.size()); ++i) {
    const auto& a = found.individuals[i].evaluation.seconds;
    const auto& b = expected.individuals[i].evaluation.seconds;
    CHECK(a.decode == b.decode);
    CHECK(a.compile == b.compile);
    CHECK(a.simulate == b.simulate);
  }
  for (std::size_t i = 0; i < std::min(found.generations.size(), expected.generations.size()); ++i)
    CHECK(found.generations[i].seconds == expected.generations[i].seconds);
  for (std::size_t i = 0; i < std::min(found.proposals.size(), expected.proposals.size()); ++i) {
    CHECK(found.proposals[i].key == expected.proposals[i].key);
    CHECK(found.proposals[i].exchange.seconds == expected.proposals[i].exchange.seconds);
    CHECK(found.proposals[i].exchange.cost == expected.proposals[i].exchange.cost);
    CHECK(found.proposals[i].exchange.calls == expected.proposals[i].exchange.calls);
  }
}

}  // namespace

TEST_CASE("what is written is read, after every generation") {
  const sample::Directory directory;
  const auto path = directory / "run.h5";
  HistoryWriter writer(path, sample::info());
  check_holds(path, 0);
  for (std::uint32_t number = 0; number < 6; ++number) {
    writer.append(sample::generation(number));
    check_holds(path, number + 1);
  }
  CHECK(directory.files() == 1);
}

TEST_CASE("columns grow over several chunks") {
  const sample::Directory directory;
  const auto path = directory / "run.h5";
  HistoryWriter writer(path, sample::info());
  Generation many;
  for (std::uint32_t slot = 0; slot < 3000; ++slot) many.born.push_back(sample::individual(slot, 0, slot));
  writer.append(many);
  const auto found = read_history(path, sample::alphabet());
  REQUIRE(found.individuals.size() == 3000);
  CHECK(found.individuals[2999].hash == many.born[2999].hash);
  CHECK(found.individuals[2997].evaluation.metrics == many.born[2997].evaluation.metrics);
  CHECK(found.individuals[2999].evaluation.reason == many.born[2999].evaluation.reason);
}

TEST_CASE("an experiment and versions may be empty") {
  const sample::Directory directory;
  HistoryWriter(directory / "run.h5", {});
  CHECK(read_history(directory / "run.h5", sample::alphabet()).info == RunInfo{});
}

TEST_CASE("resume keeps what it is given and goes on") {
  const sample::Directory directory;
  const auto path = directory / "run.h5";
  HistoryWriter(path, sample::info());
  auto writer = HistoryWriter::resume(path, read_history(path, sample::alphabet()));
  for (std::uint32_t number = 0; number < 4; ++number) writer.append(sample::generation(number));
  writer = HistoryWriter::resume(path, read_history(path, sample::alphabet()));
  check_holds(path, 4);
  writer.append(sample::generation(4));
  check_holds(path, 5);
  CHECK(directory.files() == 1);
}

TEST_CASE("resume through a symbolic link replaces the file, not the link") {
  const sample::Directory directory;
  HistoryWriter(directory / "run.h5", sample::info()).append(sample::generation(0));
  std::filesystem::create_symlink("run.h5", directory / "link.h5");
  HistoryWriter::resume(directory / "link.h5", sample::history(1)).append(sample::generation(1));
  CHECK(std::filesystem::is_symlink(directory / "link.h5"));
  check_holds(directory / "run.h5", 2);
}

TEST_CASE("no file is replaced unasked, and none is left half-written") {
  const sample::Directory directory;
  std::ofstream(directory / "run.h5") << "precious";
  CHECK_THROWS_WITH_AS(HistoryWriter(directory / "run.h5", sample::info()), doctest::Contains("exists already"),
                       HistoryError);
  CHECK_THROWS_WITH_AS(HistoryWriter(directory / "missing/run.h5", sample::info()),
                       doctest::Contains("cannot be created"), HistoryError);
  CHECK_THROWS_WITH_AS(HistoryWriter::resume(directory / "other.h5", sample::history(1)),
                       doctest::Contains("cannot be resumed"), HistoryError);
  auto broken = sample::history(2);
  broken.individuals[3].parents[0] = 3;
  CHECK_THROWS_WITH_AS(HistoryWriter::resume(directory / "run.h5", broken), doctest::Contains("individual 3: parent"),
                       HistoryError);
  CHECK(std::filesystem::file_size(directory / "run.h5") == 8);
  CHECK(directory.files() == 1);
}

TEST_CASE("a generation that does not follow is refused and changes nothing") {
  const sample::Directory directory;
  const auto path = directory / "run.h5";
  HistoryWriter writer(path, sample::info());
  writer.append(sample::generation(0));
  const auto refuse = [&](const char* expected, void (*spoil)(Generation&)) {
    auto generation = sample::generation(1);
    spoil(generation);
    CHECK_THROWS_WITH_AS(writer.append(generation), doctest::Contains(expected), HistoryError);
  };
  refuse("generation 1: number is 2; expected 1", [](Generation& g) { g.number = 2; });
  refuse("individual 5: id is 7; expected 5", [](Generation& g) { g.born[1].id = 7; });
  refuse("generation 0, slot 1; expected 1 and 1", [](Generation& g) { g.born[1].generation = 0; });
  refuse("generation 1, slot 3; expected 1 and 1", [](Generation& g) { g.born[1].slot = 3; });
  refuse("parent is 5; expected -1 or an id below", [](Generation& g) { g.born[1].parents[1] = 5; });
  refuse("genome_hash", [](Generation& g) { g.born[1].genome.genes.pop_back(); });
  refuse("2 features; expected none or", [](Generation& g) { g.born[1].features = {1, 2}; });
  refuse("a feature is -1; expected a finite number from 0 on",
         [](Generation& g) { g.born[1].features.assign(feature_names().size(), -1); });
  refuse("2 metrics; expected none or", [](Generation& g) { g.born[1].evaluation.metrics = {1, 2}; });
  refuse("population holds id 9; expected one from 0 to 8", [](Generation& g) { g.population[0] = 9; });
  refuse("intron is 99", [](Generation& g) { g.born[0].evaluation.introns = {99}; });
  check_holds(path, 1);
  writer.append(sample::generation(1));
  check_holds(path, 2);
}

TEST_CASE("a second writer is noticed") {
  const sample::Directory directory;
  HistoryWriter writer(directory / "run.h5", sample::info());
  HistoryWriter::resume(directory / "run.h5", sample::history(0)).append(sample::generation(0));
  CHECK_THROWS_WITH_AS(writer.append(sample::generation(0)), doctest::Contains("changed by another program"),
                       HistoryError);
}

TEST_CASE("a reader that holds HDF5's lock does not stop the writer") {
  const sample::Directory directory;
  const auto path = directory / "run.h5";
  HistoryWriter writer(path, sample::info());
  const int reader = open(path.c_str(), O_RDONLY);
  REQUIRE(flock(reader, LOCK_SH | LOCK_NB) == 0);  // as HDF5 does when it opens a file to read
  writer.append(sample::generation(0));
  close(reader);
  check_holds(path, 1);
}

TEST_CASE("every dataset says what it holds") {
  const sample::Directory directory;
  HistoryWriter(directory / "run.h5", sample::info());
  const auto file = H5Fopen((directory / "run.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  int datasets = 0;
  const auto visit = [](hid_t root, const char* name, const H5O_info_t* object, void* count) -> herr_t {
    if (object->type != H5O_TYPE_DATASET) return 0;
    ++*static_cast<int*>(count);
    CAPTURE(name);
    CHECK(H5Aexists_by_name(root, name, "help", H5P_DEFAULT) > 0);
    return 0;
  };
  H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, visit, &datasets, H5O_INFO_BASIC);
  H5Fclose(file);
  CHECK(datasets == 61);
}
