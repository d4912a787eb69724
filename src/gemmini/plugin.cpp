// libgemmini.so: the default accelerator for the stock simulator, `spike --extlib=.../libgemmini.so
// --extension=gemmini`.

#include <riscv/mmu.h>
#include <riscv/processor.h>

#include <cstdio>
#include <cstdlib>

#include "gemmini/extension.hpp"

namespace exogene::gemmini {
namespace {

/// Memory through the processor's own port: an access outside memory becomes the processor's access-fault trap.
class ProcessorMemory final : public Memory {
 public:
  void attach(processor_t& processor) { mmu_ = processor.get_mmu(); }

  bool read(std::uint64_t address, void* into, std::size_t bytes) override {
    for (std::size_t i = 0; i < bytes; ++i) static_cast<std::uint8_t*>(into)[i] = mmu_->load<std::uint8_t>(address + i);
    return true;
  }

  bool write(std::uint64_t address, const void* from, std::size_t bytes) override {
    for (std::size_t i = 0; i < bytes; ++i) {
      mmu_->store<std::uint8_t>(address + i, static_cast<const std::uint8_t*>(from)[i]);
    }
    return true;
  }

 private:
  mmu_t* mmu_ = nullptr;
};

// A base of its own, so that the memory is there before the extension that refers to it.
struct OwnMemory {
  ProcessorMemory memory;
};

class Plugin final : private OwnMemory, public Extension {
 public:
  Plugin() : Extension(Accelerator{}, OwnMemory::memory) {}

  reg_t execute(processor_t& processor, insn_t instruction, reg_t rs1, reg_t rs2) override {
    memory.attach(processor);
    try {
      return Extension::execute(processor, instruction, rs1, rs2);
    } catch (const Stopped& stopped) {
      std::fprintf(stderr, "gemmini: %s\n", stopped.reason.c_str());
      std::exit(1);
    }
  }
};

REGISTER_EXTENSION(gemmini, [] { return new Plugin; })

}  // namespace
}  // namespace exogene::gemmini
