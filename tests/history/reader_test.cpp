#include "history/reader.hpp"

#include <doctest/doctest.h>
#include <hdf5.h>

#include <cmath>
#include <fstream>

#include "history/hdf5.hpp"
#include "history/writer.hpp"
#include "sample.hpp"

using namespace exogene;

namespace {

std::filesystem::path written(const sample::Directory& directory) {
  const auto path = directory / "run.h5";
  HistoryWriter writer(path, sample::info());
  for (std::uint32_t number = 0; number < 3; ++number) writer.append(sample::generation(number));
  return path;
}

void check_error(const std::filesystem::path& path, const std::string& expected) {
  CAPTURE(expected);
  const auto whole = path.string() + ": " + expected;
  CHECK_THROWS_WITH_AS(read_history(path, sample::alphabet()), doctest::Contains(whole.c_str()), HistoryError);
}

/// Overwrites cells of a dataset from its start.
template <class Cell>
void overwrite(hid_t file, const char* name, hid_t type, const std::vector<Cell>& cells) {
  const auto dataset = hdf5::open_dataset(file, name);
  hdf5::Handle space(H5Dget_space(dataset.get()), H5Sclose, "space");
  std::vector<hsize_t> start(hdf5::extents(dataset.get(), name).size(), 0), count(start.size(), 1);
  (count.size() == 1 ? count[0] : count[1]) = cells.size();
  hdf5::checked(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), name);
  hdf5::Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose, "space");
  hdf5::checked(H5Dwrite(dataset.get(), type, memory.get(), space.get(), H5P_DEFAULT, cells.data()), name);
}

/// A file that was damaged by `damage` must give that error.
template <class Damage>
void check_damage(const std::string& expected, const Damage& damage) {
  const sample::Directory directory;
  const auto path = written(directory);
  {
    const auto file = hdf5::open_file(path, H5F_ACC_RDWR);
    damage(file.get());
  }
  check_error(path, expected);
}

void remove(hid_t file, const std::string& name) {
  hdf5::checked(H5Ldelete(file, name.c_str(), H5P_DEFAULT), name);
}

void replace(hid_t file, const char* name, hid_t type, std::vector<hsize_t> extents) {
  remove(file, name);
  hdf5::Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose, name);
  hdf5::Handle(H5Dcreate2(file, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose, name);
}

void set_format(hid_t file, std::uint32_t format) {
  hdf5::checked(H5Adelete(file, "format"), "format");
  hdf5::write_attribute(file, "format", format);
}

}  // namespace

TEST_CASE("what is no history is named") {
  const sample::Directory directory;
  check_error(directory / "missing.h5", "does not exist; give the path of a history file");
  std::filesystem::create_directory(directory / "folder.h5");
  check_error(directory / "folder.h5", "is a directory; expected a history file");
  std::ofstream(directory / "text.h5") << "kernel: matmul\n";
  check_error(directory / "text.h5", "cannot be opened as HDF5");
  std::ofstream(directory / "empty.h5").close();
  check_error(directory / "empty.h5", "cannot be opened as HDF5");
  hdf5::create_file(directory / "other.h5").close("other.h5");
  check_error(directory / "other.h5", "has no attribute 'format'");
}

TEST_CASE("a truncated history gives an error") {
  const sample::Directory directory;
  const auto path = written(directory);
  const auto marked =
      directory / "marked.h5";  // as a killed writer leaves it: HDF5 does not know how long it should be
  {
    const auto file = hdf5::open_file(path, H5F_ACC_RDWR | H5F_ACC_SWMR_WRITE);
    std::filesystem::copy_file(path, marked);
  }
  CHECK(read_history(marked, sample::alphabet()).generations.size() == 3);
  const auto size = std::filesystem::file_size(path);
  const auto cut = directory / "cut.h5";
  for (const auto& whole : {path, marked})
    for (std::uintmax_t part = 1; part < 8; ++part) {
      std::filesystem::copy_file(whole, cut, std::filesystem::copy_options::overwrite_existing);
      std::filesystem::resize_file(cut, size * part / 8);
      check_error(cut, "");
    }
}

TEST_CASE("every dataset is missed") {
  for (const auto* name : {"committed", "experiment", "individuals/parents", "individuals/island",
                           "individuals/genome/bytes", "individuals/genome/offsets", "generations/born",
                           "generations/population/values", "generations/proposed", "proposals/prompt/bytes"})
    check_damage(std::string("has no dataset /") + name, [&](hid_t file) { remove(file, name); });
  check_damage("has no group /versions", [](hid_t file) { remove(file, "versions"); });
}

TEST_CASE("wrong types and shapes are named") {
  check_damage("/individuals/id holds cells of another type",
               [](hid_t file) { replace(file, "individuals/id", H5T_STD_I32LE, {20}); });
  check_damage("/individuals/status holds cells of another type",
               [](hid_t file) { replace(file, "individuals/status", H5T_STD_U8LE, {20}); });
  check_damage("/individuals/id has extents [20, 2]; expected [20]", [](hid_t file) {
    replace(file, "individuals/id", H5T_STD_I64LE, {20, 2});
  });
  check_damage("/individuals/id has extents []; expected [0]",
               [](hid_t file) { replace(file, "individuals/id", H5T_STD_I64LE, {}); });
  check_damage("/individuals/id has 3 rows; expected at least 15",
               [](hid_t file) { replace(file, "individuals/id", H5T_STD_I64LE, {3}); });
  check_damage("/committed is of another type", [](hid_t file) { replace(file, "committed", H5T_STD_U64LE, {3}); });
  check_damage("has no attribute 'names'", [](hid_t file) {
    replace(file, "individuals/metrics", H5T_STD_U64LE, {20, metric_names().size()});
  });
  check_damage("/individuals/metrics has other names; expected " + metric_names()[0], [](hid_t file) {
    const auto metrics = hdf5::open_dataset(file, "individuals/metrics");
    hdf5::checked(H5Adelete(metrics.get(), "names"), "names");
    auto names = metric_names();
    std::swap(names[0], names[1]);
    hdf5::write_attribute(metrics.get(), "names", names);
  });
  check_damage("format is 3; expected 4", [](hid_t file) { set_format(file, 3); });
}

TEST_CASE("impossible contents are named") {
  using U64 = std::vector<std::uint64_t>;
  using I64 = std::vector<std::int64_t>;
  const auto u64 = H5T_NATIVE_UINT64;
  const auto i64 = H5T_NATIVE_INT64;
  check_damage("/committed claims 18446744073709551615 rows", [&](hid_t file) {
    overwrite(file, "committed", u64, U64{~std::uint64_t{0}, 1});
  });
  check_damage("/individuals/id has 15 rows; expected at least 16", [&](hid_t file) {
    overwrite(file, "committed", u64, U64{16, 3});
  });
  check_damage("generation 2: 6 born; expected at most 5", [&](hid_t file) {
    overwrite(file, "committed", u64, U64{14, 3});
  });
  check_damage("15 individuals; expected 9", [&](hid_t file) { overwrite(file, "committed", u64, U64{15, 2}); });
  check_damage("/individuals/genome/offsets do not ascend from 0",
               [&](hid_t file) { overwrite(file, "individuals/genome/offsets", u64, U64{1}); });
  check_damage("/individuals/reason/offsets do not ascend from 0", [&](hid_t file) {
    overwrite(file, "individuals/reason/offsets", u64, U64{0, 1u << 30});
  });
  check_damage("/proposals/island has 6 rows; expected at least 7", [&](hid_t file) {
    overwrite(file, "generations/proposed", u64, U64{0, 3, 4});
  });
  check_damage("proposal 2: generation is 2; expected 1", [&](hid_t file) {
    overwrite(file, "generations/proposed", u64, U64{0, 3, 3});
  });
  check_damage("a generation claims 18446744073709551615 proposals",
               [&](hid_t file) { overwrite(file, "generations/proposed", u64, U64{~std::uint64_t{0}}); });
  check_damage("proposal 0: parent is 9; expected the id of an individual",
               [&](hid_t file) { overwrite(file, "proposals/parent", i64, I64{9}); });
  check_damage("individual 0: id is 5; expected 0",
               [&](hid_t file) { overwrite(file, "individuals/id", i64, I64{5}); });
  check_damage("individual 0: parent is -2", [&](hid_t file) {
    overwrite(file, "individuals/parents", i64, I64{-2, 0});
  });
  check_damage("individual 0: generation 1, slot 0; expected 0 and 0",
               [&](hid_t file) { overwrite(file, "individuals/generation", u64, U64{1}); });
  check_damage("individual 0: genome_hash is not that of its genome", [&](hid_t file) {
    overwrite(file, "individuals/genome_hash", u64, U64{1, 2});
  });
  check_damage("individual 0: status is 200; expected one below 10", [&](hid_t file) {
    const auto status = hdf5::open_dataset(file, "individuals/status");
    hdf5::Handle type(H5Dget_type(status.get()), H5Tclose, "type");
    overwrite(file, "individuals/status", type.get(), std::vector<std::uint8_t>{200});
  });
  check_damage("individual 0: gain is nan; expected a number from 0 to 1", [](hid_t file) {
    overwrite(file, "individuals/gain", H5T_NATIVE_DOUBLE, std::vector<double>{std::nan("")});
  });
  check_damage("generation 0: a probability is 2; expected a number from 0 to 1", [](hid_t file) {
    overwrite(file, "generations/probabilities", H5T_NATIVE_DOUBLE, std::vector<double>{2});
  });
  check_damage("generation 0: number is 4; expected 0",
               [&](hid_t file) { overwrite(file, "generations/number", u64, U64{4}); });
  check_damage("generation 0: population holds id 77",
               [&](hid_t file) { overwrite(file, "generations/population/values", i64, I64{77}); });
  check_damage("genome of individual 0:2: unknown key 'GENES'", [](hid_t file) {
    const std::string text = "kernel: matmul\nGENES:";
    overwrite(file, "individuals/genome/bytes", H5T_NATIVE_UINT8, std::vector<char>(text.begin(), text.end()));
  });
}
