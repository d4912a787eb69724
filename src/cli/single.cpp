#include "cli/single.hpp"

#include <fmt/format.h>

#include "genome/yaml.hpp"

namespace exogene::cli {
namespace {

Kernel kernel_for(const Genome& genome, const EvaluateOptions& options, const Tools& tools) {
  if (options.kernel.empty() && genome.kernel != "matmul")
    throw InputError(
        fmt::format("{}: kernel is '{}'; expected --kernel with the file of one, for only matmul has a default",
                    options.genome.string(), genome.kernel));
  const auto path =
      options.kernel.empty() ? tools.root / "configs/kernels" / "matmul-128x128x128.yaml" : options.kernel;
  auto kernel = load_kernel(path);
  if (kernel.family != genome.kernel)
    throw InputError(fmt::format("{}: kernel is '{}'; expected {}, the kernel of {}", path.string(), kernel.family,
                                 genome.kernel, options.genome.string()));
  return kernel;
}

}  // namespace

Single read_single(const EvaluateOptions& options) {
  Single single;
  auto& task = single.task;
  task.tools = find_tools();
  single.alphabet = std::make_unique<Alphabet>(Alphabet::load(alphabet_path(task.tools)));
  single.genome = parse_genome(read_text(options.genome), options.genome.string(), *single.alphabet);
  task.accelerator = load_accelerator(
      options.accelerator.empty() ? task.tools.root / "configs/accelerators/gemmini-16x16.yaml" : options.accelerator);
  task.kernel = kernel_for(single.genome, options, task.tools);
  task.limits = default_limits(task.kernel);
  task.checks = options.checks == "always" ? Checks::always : Checks::deferred;
  check(task.tools);
  return single;
}

}  // namespace exogene::cli
