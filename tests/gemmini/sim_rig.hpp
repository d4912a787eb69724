#pragma once

#include <doctest/doctest.h>

#include <boost/process.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace exogene::gemmini::test {

using Json = nlohmann::json;

/// A directory that is removed in the end.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "exogene-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Compiles tests/gemmini/kernels/`source` with the start-up code into `elf`.
inline void compile(const std::string& source, const std::string& elf, const std::vector<std::string>& defines = {}) {
  const std::string runtime = GEMMINI_RUNTIME;
  std::vector<std::string> arguments = {"-O2",
                                        "-std=gnu11",
                                        "-ffreestanding",
                                        "-fno-tree-loop-distribute-patterns",
                                        "-ffp-contract=off",
                                        "-nostdlib",
                                        "-nostartfiles",
                                        "-static",
                                        "-mcmodel=medany",
                                        "-march=rv64gc",
                                        "-mabi=lp64d",
                                        "-Wall",
                                        "-Werror",
                                        "-Wno-unused-parameter",
                                        "-Wl,--no-warn-rwx-segments",
                                        "-I",
                                        runtime,
                                        "-T",
                                        runtime + "/link.ld",
                                        runtime + "/start.S",
                                        std::string(GEMMINI_KERNELS) + "/" + source,
                                        "-o",
                                        elf};
  for (const std::string& define : defines) arguments.push_back("-D" + define);
  REQUIRE(boost::process::system(boost::process::search_path("riscv64-unknown-elf-gcc"),
                                 boost::process::args = arguments) == 0);
}

/// A running gemmini-sim.
class Simulator {
 public:
  Simulator() : child_(GEMMINI_SIM, boost::process::std_in<in_, boost::process::std_out> out_) {}
  ~Simulator() { end(); }
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  Json ask_text(const std::string& line) {
    in_ << line << std::endl;
    std::string reply;
    REQUIRE(std::getline(out_, reply));
    return Json::parse(reply);
  }
  Json ask(const Json& request) { return ask_text(request.dump()); }
  Json run(const std::string& elf) { return ask({{"op", "run"}, {"elf", elf}}); }

  /// Closes its input; returns its exit code.
  int end() {
    if (child_.valid()) {
      in_.pipe().close();
      child_.wait();
    }
    return child_.exit_code();
  }

 private:
  boost::process::opstream in_;
  boost::process::ipstream out_;
  boost::process::child child_;
};

struct Sizes {
  std::uint64_t n, k, m;
};

inline Json open_request(const Sizes& sizes, std::uint32_t dim = 16) {
  return {{"op", "open"},
          {"accelerator",
           {{"dim", dim},
            {"scratchpad_rows", 16384},
            {"scratchpad_banks", 4},
            {"accumulator_rows", 1024},
            {"accumulator_banks", 2},
            {"dma_max_bytes", 64},
            {"dma_bus_bytes", 16}}},
          {"kernel",
           {{"family", "matmul"},
            {"sizes", {{"N", sizes.n}, {"K", sizes.k}, {"M", sizes.m}}},
            {"scale", 0.0007},
            {"relu", false}}},
          {"data_seed", 1},
          {"limits", {{"instructions", 100'000'000}, {"seconds", 60}}}};
}

inline std::vector<std::string> defines(const Sizes& sizes, std::uint32_t dim = 16, int relu = 0) {
  return {"N=" + std::to_string(sizes.n), "K=" + std::to_string(sizes.k), "M=" + std::to_string(sizes.m),
          "DIM=" + std::to_string(dim),   "RELU=" + std::to_string(relu), "SCALE=0.0007f"};
}

}  // namespace exogene::gemmini::test
