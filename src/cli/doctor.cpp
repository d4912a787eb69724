#include <curl/curl.h>
#include <fmt/format.h>
#include <hdf5.h>
#include <omp.h>

#include <boost/version.hpp>

#include "cli/commands.hpp"
#include "eval/evaluator.hpp"
#include "experiment/experiment.hpp"

namespace exogene::cli {
namespace {

bool report(const char* name, const std::function<std::string()>& look) {
  try {
    fmt::print("ok       {:<26} {}\n", name, look());
    return true;
  } catch (const std::exception& error) {
    fmt::print("MISSING  {:<26} {}\n", name, error.what());
    return false;
  }
}

std::string hdf5_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

std::string report_versions(const Tools& tools) {
  constexpr auto print_them =
      "import jinja2, matplotlib, pandas\n"
      "print(*(f'{module.__name__} {module.__version__}' for module in (matplotlib, pandas)), sep=', ')";
  auto said = exogene::run({{tools.python.string(), "-P", "-c", print_them}}, {}, Seconds(60));
  said.output.erase(said.output.find_last_not_of('\n') + 1);
  if (said.exit_code != 0) throw EnvironmentError(said.output.substr(said.output.rfind('\n') + 1));
  return said.output;
}

}  // namespace

int doctor() {
  Task task;
  task.tools = find_tools();
  const auto& root = task.tools.root;
  bool well = report("exogene", [] { return std::string(EXOGENE_VERSION); });
  well &= report("alphabet", [&] {
    return fmt::format("{} gene kinds", Alphabet::load(alphabet_path(task.tools)).kinds().size());
  });
  const bool configured = report("default configuration", [&] {
    task.kernel = load_kernel(root / "configs/kernels/matmul-128x128x128.yaml");
    task.accelerator = load_accelerator(root / "configs/accelerators/gemmini-16x16.yaml");
    return task.kernel.name + " on " + task.accelerator.name;
  });
  well &= configured;
  well &= report("riscv64-unknown-elf-gcc", [&] {
    if (task.tools.gcc.empty()) check(task.tools);
    return compiler_version(task.tools);
  });
  if (configured) {
    const TemporaryFolder folder;
    well &= report("exo-lang in .venv", [&] { return DecodeStage(task, folder.path()).version(); });
    well &= report("gemmini-sim", [&] {
      std::string versions;
      for (const auto& [name, version] : SimulateStage(task, folder.path(), description(task.kernel)).versions())
        versions += (versions.empty() ? "" : ", ") + name + " " + version;
      return versions;
    });
  }
  well &= report("for reports in .venv", [&] { return report_versions(task.tools); });
  well &= report("HDF5", hdf5_version);
  well &= report("libcurl", [] { return std::string(curl_version_info(CURLVERSION_NOW)->version); });
  well &= report("Boost", [] { return std::string(BOOST_LIB_VERSION); });
  well &= report("evaluation lanes", [] { return std::to_string(omp_get_max_threads()); });
  fmt::print("{}\n", well ? "Everything is there." : "Something is missing: ./scripts/setup installs and builds it.");
  return well ? 0 : 1;
}

}  // namespace exogene::cli
