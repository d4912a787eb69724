#include "gemmini/elf_file.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace exogene::gemmini {
namespace {

/// The bytes of an ELF file, read with every offset checked.
class ElfFile {
 public:
  explicit ElfFile(const std::string& path) : path_(path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream || std::filesystem::is_directory(path)) fail("cannot be opened");
    bytes_.assign(std::istreambuf_iterator<char>(stream), {});
  }

  [[noreturn]] void fail(std::string_view what) const { throw std::runtime_error(fmt::format("{}: {}", path_, what)); }

  std::string_view range(std::uint64_t offset, std::uint64_t size) const {
    if (size > bytes_.size() || offset > bytes_.size() - size) fail("the ELF file is cut short");
    return {bytes_.data() + offset, size};
  }

  template <class Record>
  Record record(std::uint64_t offset) const {
    Record result;
    std::memcpy(&result, range(offset, sizeof result).data(), sizeof result);
    return result;
  }

 private:
  std::string path_;
  std::vector<char> bytes_;
};

Elf64_Ehdr checked_header(const ElfFile& file) {
  const auto header = file.record<Elf64_Ehdr>(0);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) file.fail("not an ELF file");
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_RISCV || header.e_type != ET_EXEC) {
    file.fail("not a 64-bit RISC-V executable");
  }
  return header;
}

/// Into the first `room` bytes of memory.
void load_segments(const ElfFile& file, const Elf64_Ehdr& header, GuestMemory& memory, std::uint64_t room) {
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = file.record<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr));
    if (segment.p_type != PT_LOAD || segment.p_memsz == 0) continue;
    std::byte* to = memory.host(segment.p_paddr, segment.p_memsz);
    if (to == nullptr || segment.p_memsz > room || segment.p_paddr - memory_base > room - segment.p_memsz ||
        segment.p_filesz > segment.p_memsz) {
      file.fail(fmt::format("segment of {} bytes at {:#x} does not fit the {} bytes of program memory at {:#x}",
                            segment.p_memsz, segment.p_paddr, room, memory_base));
    }
    const std::string_view content = file.range(segment.p_offset, segment.p_filesz);
    std::memcpy(to, content.data(), content.size());
    std::memset(to + content.size(), 0, segment.p_memsz - content.size());
  }
}

std::uint64_t find_symbol(const ElfFile& file, const Elf64_Ehdr& header, std::string_view wanted) {
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto section = file.record<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr));
    if (section.sh_type != SHT_SYMTAB) continue;
    const auto names = file.record<Elf64_Shdr>(header.e_shoff + section.sh_link * sizeof(Elf64_Shdr));
    const std::string_view text = file.range(names.sh_offset, names.sh_size);
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= section.sh_size; at += sizeof(Elf64_Sym)) {
      const auto symbol = file.record<Elf64_Sym>(section.sh_offset + at);
      if (symbol.st_name >= text.size() || symbol.st_shndx == SHN_UNDEF) continue;
      const std::string_view name = text.substr(symbol.st_name);
      if (name.substr(0, name.find('\0')) == wanted) return symbol.st_value;
    }
  }
  file.fail(fmt::format("no symbol '{}'", wanted));
}

}  // namespace

KernelFile load_kernel(const std::string& path, GuestMemory& memory) {
  const ElfFile file(path);
  const Elf64_Ehdr header = checked_header(file);
  const KernelFile kernel{.entry = header.e_entry, .kernel = find_symbol(file, header, "kernel")};
  load_segments(file, header, memory, program_bytes);
  return kernel;
}

ProgramFile load_program(const std::string& path, GuestMemory& memory) {
  const ElfFile file(path);
  const Elf64_Ehdr header = checked_header(file);
  const ProgramFile program{.entry = header.e_entry,
                            .tohost = find_symbol(file, header, "tohost"),
                            .fromhost = find_symbol(file, header, "fromhost")};
  load_segments(file, header, memory, memory.size());
  return program;
}

}  // namespace exogene::gemmini
