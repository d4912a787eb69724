#include "history/hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "history/error.hpp"

namespace exogene::hdf5 {
namespace {

/// What the deepest function of HDF5 complained about, on one line.
std::string last_reason() {
  std::string reason;
  const auto keep = [](unsigned, const H5E_error2_t* error, void* into) -> herr_t {
    if (error->desc != nullptr && *error->desc != '\0') *static_cast<std::string*>(into) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep, &reason);
  // Of a failed system call only the system's own words: the rest are addresses and times.
  constexpr std::string_view before = "error message = '";
  if (const auto start = reason.find(before); start != std::string::npos) {
    reason.erase(0, start + before.size());
    reason.erase(std::min(reason.find('\''), reason.size()));
  }
  std::ranges::replace_if(
      reason, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return reason;
}

[[noreturn]] void fail(const std::string& what) {
  const auto reason = last_reason();
  throw HistoryError(reason.empty() ? what : fmt::format("{} (HDF5: {})", what, reason));
}

/// HDF5 shall neither print its errors nor, at exit, write to files that were abandoned.
void set_up() {
  static const bool once = [] {
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    return true;
  }();
  static_cast<void>(once);
}

Handle access() {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "no property list");
  // SWMR needs the chunk indices and checksums of the newest format.
  checked(H5Pset_libver_bounds(access.get(), H5F_LIBVER_LATEST, H5F_LIBVER_LATEST), "no newest format");
  checked(H5Pset_file_locking(access.get(), 0, 1), "file locking cannot be switched off");
  // A reader with SWMR reads metadata again when a checksum is wrong, and waits 1, 2, 4, ... ns in between. The default
  // of 100 times never ends on a damaged file; this many take a quarter of a second.
  checked(H5Pset_metadata_read_attempts(access.get(), 28), "no limit of attempts");
  return access;
}

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "no text type");
  checked(H5Tset_size(type.get(), H5T_VARIABLE), "no text type");
  checked(H5Tset_cset(type.get(), H5T_CSET_UTF8), "no text type");
  return type;
}

Handle open_attribute(hid_t object, const std::string& name) {
  return {H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, fmt::format("has no attribute '{}'", name)};
}

void write(hid_t object, const std::string& name, hid_t type, const Handle& space, const void* value) {
  const auto what = fmt::format("attribute '{}' cannot be written", name);
  Handle attribute(H5Acreate2(object, name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, what);
  checked(H5Awrite(attribute.get(), type, value), what);
}

}  // namespace

Handle::Handle(hid_t id, Close closer, const std::string& what) : id_(id), close_(closer) {
  if (id < 0) fail(what);
}

Handle::~Handle() {
  if (id_ >= 0) close_(id_);
}

void Handle::close(const std::string& what) {
  checked(close_(std::exchange(id_, -1)), what);
}

template <class Result>
Result checked(Result result, const std::string& what) {
  if (result < 0) fail(what);
  return result;
}
template herr_t checked(herr_t, const std::string&);
template hssize_t checked(hssize_t, const std::string&);

Handle create_file(const std::filesystem::path& path) {
  set_up();
  Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "no property list");
  checked(H5Pset_obj_track_times(creation.get(), 0), "time stamps cannot be switched off");
  return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access().get()), H5Fclose, "cannot be created"};
}

Handle open_file(const std::filesystem::path& path, unsigned flags) {
  set_up();
  return {H5Fopen(path.c_str(), flags, access().get()), H5Fclose, "cannot be opened as HDF5"};
}

Handle open_dataset(hid_t file, const std::string& name) {
  return {H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, fmt::format("has no dataset /{}", name)};
}

std::vector<hsize_t> extents(hid_t dataset, const std::string& name) {
  const auto what = fmt::format("extents of /{} cannot be read", name);
  Handle space(H5Dget_space(dataset), H5Sclose, what);
  std::vector<hsize_t> result(static_cast<std::size_t>(checked(H5Sget_simple_extent_ndims(space.get()), what)));
  checked(H5Sget_simple_extent_dims(space.get(), result.data(), nullptr), what);
  return result;
}

void write_attribute(hid_t object, const std::string& name, const std::string& text) {
  const char* value = text.c_str();
  write(object, name, text_type().get(), {H5Screate(H5S_SCALAR), H5Sclose, "no space"}, &value);
}

void write_attribute(hid_t object, const std::string& name, const std::vector<std::string>& texts) {
  std::vector<const char*> values;
  for (const auto& text : texts) values.push_back(text.c_str());
  const hsize_t count = texts.size();
  write(object, name, text_type().get(), {H5Screate_simple(1, &count, nullptr), H5Sclose, "no space"}, values.data());
}

void write_attribute(hid_t object, const std::string& name, std::uint32_t number) {
  Handle space(H5Screate(H5S_SCALAR), H5Sclose, "no space");
  write(object, name, H5T_STD_U32LE, space, &number);
}

std::vector<std::string> read_texts(hid_t object, const std::string& name) {
  const auto attribute = open_attribute(object, name);
  const auto what = fmt::format("attribute '{}' cannot be read as text", name);
  const auto type = text_type();
  Handle stored(H5Aget_type(attribute.get()), H5Tclose, what);
  if (H5Tis_variable_str(stored.get()) <= 0) throw HistoryError(what + "; expected text of variable length");
  Handle space(H5Aget_space(attribute.get()), H5Sclose, what);
  const auto count = checked(H5Sget_simple_extent_npoints(space.get()), what);
  if (static_cast<hsize_t>(count) > H5Aget_storage_size(attribute.get())) throw HistoryError(what);
  std::vector<char*> values(static_cast<std::size_t>(count), nullptr);
  checked(H5Aread(attribute.get(), type.get(), values.data()), what);
  std::vector<std::string> texts;
  for (const char* value : values) texts.emplace_back(value == nullptr ? "" : value);
  H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, values.data());
  return texts;
}

std::uint32_t read_number(hid_t object, const std::string& name) {
  const auto attribute = open_attribute(object, name);
  const auto what = fmt::format("attribute '{}' is no whole number", name);
  Handle type(H5Aget_type(attribute.get()), H5Tclose, what);
  Handle space(H5Aget_space(attribute.get()), H5Sclose, what);
  if (H5Tequal(type.get(), H5T_STD_U32LE) <= 0 || H5Sget_simple_extent_type(space.get()) != H5S_SCALAR)
    throw HistoryError(what);
  std::uint32_t number = 0;
  checked(H5Aread(attribute.get(), H5T_NATIVE_UINT32, &number), what);
  return number;
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  const auto keep = [](hid_t, const char* name, const H5A_info_t*, void* into) -> herr_t {
    static_cast<std::vector<std::string>*>(into)->emplace_back(name);
    return 0;
  };
  checked(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, keep, &names), "attributes cannot be listed");
  return names;
}

}  // namespace exogene::hdf5
