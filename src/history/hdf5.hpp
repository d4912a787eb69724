#pragma once
#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

/// The HDF5 1.10 C API under types that clean up after themselves. Errors are HistoryErrors that do not name the file:
/// callers add it. HDF5 is not thread-safe: one thread at a time.
namespace exogene::hdf5 {

/// Owns an id of HDF5.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Handle() = default;
  /// Takes over what an HDF5 call returned; throws `what` with HDF5's reason when the call failed.
  Handle(hid_t id, Close closer, const std::string& what);
  ~Handle();
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }

  [[nodiscard]] hid_t get() const { return id_; }

  /// Closes now and throws when that fails; the destructor keeps silent. What was written to a dataset may reach the
  /// file only when the dataset closes.
  void close(const std::string& what);

  /// Lets go without closing.
  void abandon() { id_ = -1; }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

/// Throws `what` with HDF5's reason when a call returned an error; else gives the result back.
template <class Result>
Result checked(Result result, const std::string& what);

/// Creates or empties a file that can be written with SWMR later: newest format, no time stamps.
Handle create_file(const std::filesystem::path& path);

/// Opens a file with flags such as H5F_ACC_RDONLY | H5F_ACC_SWMR_READ. It neither takes nor heeds file locks, so
/// readers never stop a writer (the environment's HDF5_USE_FILE_LOCKING goes first if it is set).
Handle open_file(const std::filesystem::path& path, unsigned flags);

Handle open_dataset(hid_t file, const std::string& name);

/// Extents of a dataset, outermost first; none for a scalar.
std::vector<hsize_t> extents(hid_t dataset, const std::string& name);

/// Text attributes of an object: UTF-8 of variable length, a scalar or a list.
void write_attribute(hid_t object, const std::string& name, const std::string& text);
void write_attribute(hid_t object, const std::string& name, const std::vector<std::string>& texts);
void write_attribute(hid_t object, const std::string& name, std::uint32_t number);

/// The texts of an attribute, one for a scalar; throws when there is none of that name, or of another type.
std::vector<std::string> read_texts(hid_t object, const std::string& name);
std::uint32_t read_number(hid_t object, const std::string& name);
std::vector<std::string> attribute_names(hid_t object);

}  // namespace exogene::hdf5
