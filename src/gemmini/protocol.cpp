#include "gemmini/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <stdexcept>

namespace exogene::gemmini {
namespace {

using Json = nlohmann::ordered_json;

// Keeps A, B and C together below a few GiB.
constexpr std::uint64_t longest_side = std::uint64_t{1} << 20;
constexpr std::uint64_t longest_conv_side = std::uint64_t{1} << 15;
constexpr std::uint64_t most_elements = std::uint64_t{1} << 30;

[[noreturn]] void bad(const std::string& text) {
  throw std::invalid_argument(text);
}

const Json& member(const Json& object, const std::string& where, const char* name) {
  if (!object.is_object() || !object.contains(name)) bad(fmt::format("{}{} is missing", where, name));
  return object.at(name);
}

std::uint64_t whole(const Json& object, const std::string& where, const char* name, std::uint64_t least = 0,
                    std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
  const Json& value = member(object, where, name);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() < least || value.get<std::uint64_t>() > most) {
    bad(fmt::format("{}{} must be a whole number from {} to {}, got {}", where, name, least, most, value.dump()));
  }
  return value.get<std::uint64_t>();
}

bool yes_or_no(const Json& object, const std::string& where, const char* name) {
  const Json& value = member(object, where, name);
  if (!value.is_boolean()) bad(fmt::format("{}{} must be true or false, got {}", where, name, value.dump()));
  return value.get<bool>();
}

double number(const Json& object, const std::string& where, const char* name) {
  const Json& value = member(object, where, name);
  if (!value.is_number()) bad(fmt::format("{}{} must be a number, got {}", where, name, value.dump()));
  return value.get<double>();
}

std::string text(const Json& object, const std::string& where, const char* name) {
  const Json& value = member(object, where, name);
  if (!value.is_string()) bad(fmt::format("{}{} must be a string, got {}", where, name, value.dump()));
  return value.get<std::string>();
}

/// It may be missing, as may the bias of a matrix product.
Rounding read_rounding(const Json& accelerator) {
  if (!accelerator.contains("rounding")) return Rounding::c_interface;
  const std::string name = text(accelerator, "accelerator.", "rounding");
  if (name == "c_interface") return Rounding::c_interface;
  if (name == "rne") return Rounding::nearest_even;
  bad(fmt::format("accelerator.rounding must be \"c_interface\" or \"rne\", got \"{}\"", name));
}

/// Each of them may be missing.
TimingParameters read_timing(const Json& accelerator) {
  TimingParameters result;
  if (!accelerator.contains("timing")) return result;
  const Json& given = accelerator.at("timing");
  if (!given.is_object()) bad("accelerator.timing must be an object");
  std::size_t known = 0;
  for (const auto& [name, value, least, most] : timing_parameters) {
    if (!given.contains(name)) continue;
    result.*value = static_cast<std::uint32_t>(whole(given, "accelerator.timing.", name, least, most));
    ++known;
  }
  if (known != given.size()) bad("accelerator.timing has a member that is no parameter of the cycle model");
  return result;
}

Accelerator read_accelerator(const Json& json) {
  const std::string where = "accelerator.";
  const auto field = [&](const char* name) {
    return static_cast<std::uint32_t>(whole(json, where, name, 1, std::numeric_limits<std::uint32_t>::max()));
  };
  const Accelerator result{.dim = field("dim"),
                           .scratchpad_rows = field("scratchpad_rows"),
                           .scratchpad_banks = field("scratchpad_banks"),
                           .accumulator_rows = field("accumulator_rows"),
                           .accumulator_banks = field("accumulator_banks"),
                           .dma_max_bytes = field("dma_max_bytes"),
                           .dma_bus_bytes = field("dma_bus_bytes"),
                           .rounding = read_rounding(json),
                           .timing = read_timing(json)};
  if (const std::string wrong = problem(result); !wrong.empty()) bad(where + wrong);
  return result;
}

void check_sizes(std::initializer_list<std::uint64_t> arrays) {
  for (const std::uint64_t elements : arrays) {
    if (elements > most_elements) bad(fmt::format("kernel.sizes: an array of {} bytes is too large", elements));
  }
}

Matmul read_matmul(const Json& sizes, float scale, bool relu, bool bias) {
  const auto side = [&](const char* name) { return whole(sizes, "kernel.sizes.", name, 1, longest_side); };
  const Matmul result{.n = side("N"), .k = side("K"), .m = side("M"), .bias = bias, .scale = scale, .relu = relu};
  check_sizes({result.n * result.k, result.k * result.m, result.n * result.m});
  return result;
}

Conv read_conv(const Json& sizes, float scale, bool relu, bool bias) {
  const auto side = [&](const char* name, std::uint64_t least = 1) {
    return whole(sizes, "kernel.sizes.", name, least, longest_conv_side);
  };
  const Conv result{.batch = side("batch"),
                    .in_rows = side("in_rows"),
                    .in_cols = side("in_cols"),
                    .in_channels = side("in_channels"),
                    .out_channels = side("out_channels"),
                    .kernel = side("kernel"),
                    .stride = side("stride"),
                    .padding = side("padding", 0),
                    .bias = bias,
                    .scale = scale,
                    .relu = relu};
  if (result.padding >= result.kernel) {
    bad(fmt::format("kernel.sizes.padding must be less than kernel = {}, got {}", result.kernel, result.padding));
  }
  if (const auto least = std::min(result.in_rows, result.in_cols) + 2 * result.padding; least < result.kernel) {
    bad(fmt::format("kernel.sizes.kernel must be at most {}, the input with its padding, got {}", least,
                    result.kernel));
  }
  // Sides are short enough for four of them in 64 bits.
  check_sizes({result.batch * result.in_rows * result.in_cols * result.in_channels,
               result.kernel * result.kernel * result.in_channels * result.out_channels,
               result.batch * result.out_rows() * result.out_cols() * result.out_channels});
  return result;
}

ResidualAdd read_add(const Json& kernel, const Json& sizes, float scale, bool relu) {
  const auto side = [&](const char* name) { return whole(sizes, "kernel.sizes.", name, 1, longest_side); };
  const Json& scales = member(kernel, "kernel.", "input_scales");
  const auto of_input = [&](const char* name) {
    return static_cast<float>(number(scales, "kernel.input_scales.", name));
  };
  const ResidualAdd result{
      .n = side("N"), .m = side("M"), .scale_a = of_input("A"), .scale_b = of_input("B"), .scale = scale, .relu = relu};
  check_sizes({result.n * result.m});
  return result;
}

Own read_own(const Json& kernel) {
  Own result{.arrays = {}, .reference = text(kernel, "kernel.", "reference")};
  const Json& arguments = member(kernel, "kernel.", "arguments");
  if (!arguments.is_array() || arguments.empty() || arguments.size() > 8) {
    bad("kernel.arguments must be a list of 1 to 8 arrays");
  }
  for (const Json& argument : arguments) {
    const std::string where = "kernel.arguments.";
    const std::string type = text(argument, where, "type");
    if (type != "i8" && type != "i32") bad(fmt::format("{}type must be \"i8\" or \"i32\", got \"{}\"", where, type));
    result.arrays.push_back({.name = text(argument, where, "name"),
                             .elements = whole(argument, where, "elements", 1, most_elements),
                             .element_bytes = type == "i8" ? 1U : 4U});
    check_sizes({result.arrays.back().elements * result.arrays.back().element_bytes});
  }
  return result;
}

Kernel read_kernel(const Json& json) {
  const std::string where = "kernel.";
  const std::string family = text(json, where, "family");
  if (family == "own") return read_own(json);
  if (family != "matmul" && family != "conv2d" && family != "residual_add") {
    bad(fmt::format("kernel.family must be \"matmul\", \"conv2d\", \"residual_add\" or \"own\", got \"{}\"", family));
  }
  const Json& sizes = member(json, where, "sizes");
  const bool relu = yes_or_no(json, where, "relu");
  const auto scale = static_cast<float>(number(json, where, "scale"));
  if (family == "matmul") {
    return read_matmul(sizes, scale, relu, json.contains("bias") && yes_or_no(json, where, "bias"));
  }
  if (family == "residual_add") return read_add(json, sizes, scale, relu);
  return read_conv(sizes, scale, relu, yes_or_no(json, where, "bias"));
}

Limits read_limits(const Json& json) {
  const std::string where = "limits.";
  // One less than the largest number, so that the instruction behind the limit can be counted.
  const Limits result{.instructions = whole(json, where, "instructions", 1, std::numeric_limits<std::int64_t>::max()),
                      .seconds = number(json, where, "seconds")};
  if (!(result.seconds > 0 && result.seconds <= 1e6)) bad("limits.seconds must be more than 0 and at most 1e6");
  return result;
}

Setup read_setup(const Json& request) {
  return {.accelerator = read_accelerator(member(request, "", "accelerator")),
          .kernel = read_kernel(member(request, "", "kernel")),
          .data_seed = whole(request, "", "data_seed"),
          .limits = read_limits(member(request, "", "limits"))};
}

}  // namespace

std::string Protocol::answer(const std::string& line) {
  Json reply;
  try {
    const Json request = Json::parse(line);
    const std::string op = text(request, "", "op");
    if (op == "open") {
      const Setup setup = read_setup(request);
      session_.reset();
      session_ = std::make_unique<Session>(setup);
      setup_ = setup;
      reply = {{"ok", true}};
    } else if (op == "run") {
      if (!session_) bad("run before open");
      Timing timing;
      timing.cycles = request.value("cycles", false);
      timing.calls = request.value("calls", 1U);
      timing.trace = request.value("trace", "");
      Setup setup = setup_;
      if (request.contains("data_seed")) setup.data_seed = whole(request, "", "data_seed");
      const std::string elf = text(request, "", "elf");
      reply = setup.data_seed == setup_.data_seed ? session_->run(elf, timing) : Session(setup).run(elf, timing);
    } else if (op == "version") {
      reply = {{"ok", true}, {"name", "gemmini-sim"}, {"model_version", model_version}, {"spike", SPIKE_VERSION}};
    } else {
      bad(fmt::format("op must be \"open\", \"run\" or \"version\", got \"{}\"", op));
    }
  } catch (const BadReference& error) {
    reply = {{"ok", false}, {"error", error.what()}, {"input", true}};
  } catch (const std::exception& error) {
    reply = {{"ok", false}, {"error", error.what()}};
  }
  return reply.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace exogene::gemmini
