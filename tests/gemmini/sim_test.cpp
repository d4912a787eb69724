// The real simulator process, asked over its pipes, running programs made by the real compiler.

#include <fstream>

#include "sim_rig.hpp"

using namespace exogene::gemmini::test;

namespace {

bool contains(const Json& text, const std::string& part) {
  INFO(text.dump());
  return text.get<std::string>().find(part) != std::string::npos;
}

Json run_broken(Simulator& simulator, const Scratch& scratch, int how) {
  compile("broken.c", scratch / "broken", {"HOW=" + std::to_string(how)});
  return simulator.run(scratch / "broken");
}

}  // namespace

TEST_CASE("right programs pass at every array width, with every metric") {
  Scratch scratch;
  Simulator simulator;
  for (const std::uint32_t dim : {4U, 8U, 16U, 32U}) {
    for (const Sizes& sizes : {Sizes{64, 96, 32}, Sizes{37, 41, 50}}) {
      CAPTURE(dim);
      compile("matmul.c", scratch / "matmul", defines(sizes, dim));
      REQUIRE(simulator.ask(open_request(sizes, dim)) == Json{{"ok", true}});
      const Json reply = simulator.run(scratch / "matmul");
      CHECK(reply["status"] == "ok");
      CHECK(reply["reason"] == "");
      CHECK(reply["seconds"] > 0);

      const Json& metrics = reply["metrics"];
      const auto tiles = [&](std::uint64_t size) { return (size + dim - 1) / dim; };
      const std::uint64_t steps = tiles(sizes.n) * tiles(sizes.k) * tiles(sizes.m);
      CHECK(metrics["mvin"] == steps);
      CHECK(metrics["mvin2"] == steps);
      CHECK(metrics["mvin3"] == 0);
      CHECK(metrics["preload"] == steps);
      CHECK(metrics["compute_preloaded"] == steps);
      CHECK(metrics["compute_accumulated"] == 0);
      CHECK(metrics["mvout"] == tiles(sizes.n) * tiles(sizes.m));
      CHECK(metrics["config_ex"] == 1);
      CHECK(metrics["config_ld"] == 2);
      CHECK(metrics["config_st"] == 1);
      CHECK(metrics["flush"] == 0);
      CHECK(metrics["rocc_commands"] == 4 + 4 * steps + tiles(sizes.n) * tiles(sizes.m));
      CHECK(metrics["macs"] == sizes.n * sizes.k * sizes.m);
      CHECK(metrics["dma_read_bytes"] == sizes.n * sizes.k * tiles(sizes.m) + sizes.k * sizes.m * tiles(sizes.n));
      CHECK(metrics["dma_write_bytes"] == sizes.n * sizes.m);
      CHECK(metrics["argument_read_bytes"] == 0);
      CHECK(metrics["argument_write_bytes"] == 0);
      CHECK(metrics["dram_bytes"] == metrics["dma_read_bytes"].get<int>() + metrics["dma_write_bytes"].get<int>());
      CHECK(metrics["scratchpad_rows_used"] == 2 * dim);
      CHECK(metrics["accumulator_rows_used"] == dim);
      CHECK(metrics["instructions"] > metrics["rocc_commands"]);
    }
  }
}

TEST_CASE("wide loads and stores take one request a row") {
  Scratch scratch;
  Simulator simulator;
  const Sizes sizes{128, 192, 64};
  compile("resident.c", scratch / "resident", defines(sizes));
  REQUIRE(simulator.ask(open_request(sizes))["ok"] == true);
  const Json reply = simulator.run(scratch / "resident");
  CHECK(reply["status"] == "ok");
  const Json& metrics = reply["metrics"];
  CHECK(metrics["dma_read_bytes"] == 128 * 192 + 192 * 64);
  CHECK(metrics["dma_read_requests"] == (128 * 192 + 192 * 64) / 64);
  CHECK(metrics["dma_write_requests"] == 128);
  CHECK(metrics["scratchpad_rows_used"] == 192 + 192 * 4);
  CHECK(metrics["accumulator_rows_used"] == 64);
  CHECK(metrics["memory_accesses"] == metrics["scalar_loads"].get<int>() + metrics["scalar_stores"].get<int>() +
                                          metrics["dma_read_requests"].get<int>() +
                                          metrics["dma_write_requests"].get<int>());
}

TEST_CASE("the same program gives the same reply") {
  Scratch scratch;
  Simulator simulator;
  const Sizes sizes{64, 64, 64};
  compile("matmul.c", scratch / "matmul", defines(sizes));
  REQUIRE(simulator.ask(open_request(sizes))["ok"] == true);
  Json first = simulator.run(scratch / "matmul");
  Json second = simulator.run(scratch / "matmul");
  first.erase("seconds");
  second.erase("seconds");
  CHECK(first == second);
}

TEST_CASE("the kernel region is counted exactly") {
  Scratch scratch;
  Simulator simulator;
  REQUIRE(simulator.ask(open_request({16, 16, 16}))["ok"] == true);
  compile("counted.S", scratch / "counted");
  const Json metrics = simulator.run(scratch / "counted")["metrics"];
  CHECK(metrics["instructions"] == 7);
  CHECK(metrics["scalar_loads"] == 3);
  CHECK(metrics["scalar_stores"] == 1);
  CHECK(metrics["argument_read_bytes"] == 9);
  CHECK(metrics["argument_write_bytes"] == 4);
  CHECK(metrics["dram_read_bytes"] == 9);
  CHECK(metrics["dram_write_bytes"] == 4);
  CHECK(metrics["dram_bytes"] == 13);
  CHECK(metrics["memory_accesses"] == 4);

  const Json nothing = run_broken(simulator, scratch, 8);
  CHECK(nothing["status"] == "wrong_result");
  CHECK(nothing["metrics"]["instructions"] == 1);
}

TEST_CASE("relu and a new open take effect") {
  Scratch scratch;
  Simulator simulator;
  const Sizes sizes{32, 32, 32};
  Json request = open_request(sizes);
  compile("matmul.c", scratch / "plain", defines(sizes));
  compile("matmul.c", scratch / "relu", defines(sizes, 16, 1));
  REQUIRE(simulator.ask(request)["ok"] == true);
  CHECK(simulator.run(scratch / "plain")["status"] == "ok");
  CHECK(simulator.run(scratch / "relu")["status"] == "wrong_result");
  request["kernel"]["relu"] = true;
  REQUIRE(simulator.ask(request)["ok"] == true);
  CHECK(simulator.run(scratch / "plain")["status"] == "wrong_result");
  CHECK(simulator.run(scratch / "relu")["status"] == "ok");
}

TEST_CASE("a wrong result says how wrong, and is measured all the same") {
  Scratch scratch;
  Simulator simulator;
  const Sizes sizes{48, 32, 64};
  std::vector<std::string> sabotaged = defines(sizes);
  sabotaged.emplace_back("SABOTAGE=1");
  compile("matmul.c", scratch / "wrong", sabotaged);
  REQUIRE(simulator.ask(open_request(sizes))["ok"] == true);
  const Json reply = simulator.run(scratch / "wrong");
  CHECK(reply["status"] == "wrong_result");
  CHECK(contains(reply["reason"], "1024 of 3072 elements differ, first at index 2048: expected "));
  CHECK(reply["metrics"]["mvout"] == 8);
}

TEST_CASE("what the hardware cannot do is refused") {
  Scratch scratch;
  Simulator simulator;
  REQUIRE(simulator.ask(open_request({16, 16, 16}))["ok"] == true);
  const Json reply = run_broken(simulator, scratch, 5);
  CHECK(reply["status"] == "invalid_on_hardware");
  CHECK(reply["reason"] == "command 2 (MVIN): load of 16 rows on channel 0, whose block stride is only 8");
  CHECK(reply["metrics"] == Json::object());
}

TEST_CASE("a convolution in one hardware loop") {
  Scratch scratch;
  Simulator simulator;
  Json request = open_request({1, 1, 1});
  request["kernel"] = {{"family", "conv2d"}, {"scale", 0.0007}, {"relu", false}, {"bias", true}};
  request["kernel"]["sizes"] = {{"batch", 1},         {"in_rows", 9}, {"in_cols", 9}, {"in_channels", 18},
                                {"out_channels", 20}, {"kernel", 3},  {"stride", 1},  {"padding", 1}};
  compile("conv_loop.c", scratch / "conv", {"SCALE=0.0007f"});
  REQUIRE(simulator.ask(request)["ok"] == true);
  const Json reply = simulator.run(scratch / "conv");
  CHECK(reply["status"] == "ok");
  CHECK(reply["reason"] == "");
  const Json& metrics = reply["metrics"];
  CHECK(metrics["rocc_commands"] == 9);
  CHECK(metrics["preload"] == 2 * 9 * 2 * 9);  // blocks out, taps, blocks in, rows
  CHECK(metrics["preload"] == metrics["compute_preloaded"].get<int>() + metrics["compute_accumulated"].get<int>());
  CHECK(metrics["config_ld"] == 3);
  CHECK(metrics["argument_read_bytes"] == 0);

  request["kernel"]["sizes"]["padding"] = 3;
  CHECK(contains(simulator.ask(request)["error"], "kernel.sizes.padding must be less than kernel = 3, got 3"));
  request["kernel"]["sizes"]["padding"] = 0;
  request["kernel"]["sizes"]["kernel"] = 10;
  CHECK(contains(simulator.ask(request)["error"], "kernel.sizes.kernel must be at most 9"));
  request["kernel"].erase("bias");
  CHECK(simulator.ask(request)["error"] == "kernel.bias is missing");
}

TEST_CASE("a user's own kernel is compared with what its reference computes") {
  Scratch scratch;
  Simulator simulator;
  const Sizes sizes{20, 30, 40};
  compile("matmul.c", scratch / "reference", defines(sizes));
  auto sabotaged = defines(sizes);
  sabotaged.push_back("SABOTAGE=1");
  compile("matmul.c", scratch / "sabotaged", sabotaged);
  Json request = open_request(sizes);
  const auto array = [](const char* name, int elements) {
    return Json{{"name", name}, {"type", "i8"}, {"elements", elements}};
  };
  request["kernel"] = {{"family", "own"},
                       {"arguments", {array("A", 600), array("B", 1200), array("C", 800)}},
                       {"reference", scratch / "reference"}};
  REQUIRE(simulator.ask(request) == Json{{"ok", true}});
  CHECK(simulator.run(scratch / "reference")["status"] == "ok");
  const Json reply = simulator.run(scratch / "sabotaged");
  CHECK(reply["status"] == "wrong_result");
  CHECK(contains(reply["reason"], "160 of 800 elements differ, first at index 640: expected "));

  request["kernel"]["reference"] = scratch / "sabotaged";
  Json refused = simulator.ask(request);
  CHECK(refused["input"] == true);
  CHECK(contains(refused["error"],
                 "the naive kernel depends on what its output held before, or does not set all of it: "
                 "160 of 800 elements differ, first at index 640"));
  compile("broken.c", scratch / "trap", {"HOW=1"});
  request["kernel"]["reference"] = scratch / "trap";
  refused = simulator.ask(request);
  CHECK(refused["input"] == true);
  CHECK(contains(refused["error"], "the naive kernel: store access fault"));
  compile("broken.c", scratch / "endless", {"HOW=0"});
  request["kernel"]["reference"] = scratch / "endless";
  CHECK(contains(simulator.ask(request)["error"], "the naive kernel: instruction limit of"));

  request["kernel"]["arguments"][0]["type"] = "f32";
  CHECK(simulator.ask(request)["error"] == "kernel.arguments.type must be \"i8\" or \"i32\", got \"f32\"");
  request["kernel"]["arguments"] = Json::array();
  CHECK(contains(simulator.ask(request)["error"], "kernel.arguments must be a list of 1 to 8 arrays"));
}

TEST_CASE("COUNTER answers the processor, and nothing else does") {
  Scratch scratch;
  Simulator simulator;
  REQUIRE(simulator.ask(open_request({16, 16, 16}))["ok"] == true);
  compile("counter.c", scratch / "counter");
  const Json reply = simulator.run(scratch / "counter");
  CHECK(reply["status"] == "wrong_result");
  CHECK(contains(reply["reason"], "first at index 0: expected "));
  CHECK(contains(reply["reason"], ", got 42"));
  compile("counter.c", scratch / "wait", {"WAIT"});
  const Json waits = simulator.run(scratch / "wait");
  CHECK(waits["status"] == "invalid_on_hardware");
  CHECK(contains(waits["reason"], "only COUNTER answers"));
}

TEST_CASE("code that is written anew is executed and timed anew") {
  Scratch scratch;
  Simulator simulator;
  REQUIRE(simulator.ask(open_request({16, 16, 16}))["ok"] == true);
  const auto measure = [&](const std::string& name, const std::string& again) {
    compile("rewrites.c", scratch / name, {"AGAIN=" + again});
    const Json reply = simulator.ask({{"op", "run"}, {"elf", scratch / name}, {"cycles", true}});
    CHECK(contains(reply["reason"], ", got 1"));
    return reply["metrics"];
  };
  const Json adds = measure("adds", "0x00050533");                 // add a0, a0, zero
  const Json multiplications = measure("products", "0x02a50533");  // mul a0, a0, a0
  CHECK(adds["instructions"] == multiplications["instructions"]);
  // 8 cycles each where the additions of before took 1.
  CHECK(multiplications["cycles"] == adds["cycles"].get<int>() + 63 * 7);
}

TEST_CASE("endless programs end at the instruction limit, or at the wall clock") {
  Scratch scratch;
  Simulator simulator;
  Json request = open_request({16, 16, 16});
  request["limits"]["instructions"] = 1'000'000;
  REQUIRE(simulator.ask(request)["ok"] == true);
  Json reply = run_broken(simulator, scratch, 0);
  CHECK(reply["status"] == "timeout");
  CHECK(reply["reason"] == "instruction limit of 1000000");
  CHECK_FALSE(reply.contains("reproducible"));

  request["limits"] = {{"instructions", 1'000'000'000'000}, {"seconds", 0.3}};
  REQUIRE(simulator.ask(request)["ok"] == true);
  reply = run_broken(simulator, scratch, 0);
  CHECK(reply["status"] == "timeout");
  CHECK(contains(reply["reason"], "wall-clock limit of 0.3 s"));
  CHECK(reply["reproducible"] == false);
  CHECK(reply["seconds"] < 5);
}

TEST_CASE("the instruction limit is exact") {
  Scratch scratch;
  Simulator simulator;
  compile("counted.S", scratch / "counted");
  Json request = open_request({16, 16, 16});
  request["limits"]["instructions"] = 7;
  REQUIRE(simulator.ask(request)["ok"] == true);
  CHECK(simulator.run(scratch / "counted")["status"] == "wrong_result");
  request["limits"]["instructions"] = 6;
  REQUIRE(simulator.ask(request)["ok"] == true);
  CHECK(simulator.run(scratch / "counted")["status"] == "timeout");
}

TEST_CASE("crashes are told apart, and the simulator lives on") {
  Scratch scratch;
  Simulator simulator;
  REQUIRE(simulator.ask(open_request({16, 16, 16}))["ok"] == true);
  const std::pair<int, const char*> cases[] = {
      {1, "store access fault at pc 0x800000"},
      {2, "illegal instruction at pc 0x800000"},
      {3, "illegal instruction at pc 0x800000"},
      {4, "command 2 (MVIN): DMA read of 16 bytes at 0x40 is outside memory"},
      {6, "and did not return"},
      {7, "instruction access fault at pc 0x123456"},
      {9, "environment call at pc 0x800000"},
  };
  for (const auto& [how, reason] : cases) {
    CAPTURE(how);
    const Json reply = run_broken(simulator, scratch, how);
    CHECK(reply["status"] == "crashed");
    CHECK(contains(reply["reason"], reason));
    CHECK(reply["metrics"] == Json::object());
  }
  const Sizes sizes{16, 16, 16};
  compile("matmul.c", scratch / "matmul", defines(sizes));
  CHECK(simulator.run(scratch / "matmul")["status"] == "ok");
}

TEST_CASE("a run may be on other data than the session's") {
  const Sizes sizes{48, 32, 64};
  Scratch scratch;
  Simulator simulator;
  compile("matmul.c", scratch / "right", defines(sizes));
  auto sabotaged = defines(sizes);
  sabotaged.emplace_back("SABOTAGE=1");
  compile("matmul.c", scratch / "wrong", sabotaged);
  REQUIRE(simulator.ask(open_request(sizes))["ok"] == true);
  const auto run = [&](const char* program, std::uint64_t seed) {
    return simulator.ask({{"op", "run"}, {"elf", scratch / program}, {"data_seed", seed}});
  };
  for (const std::uint64_t seed : {2U, 3U, 1U}) CHECK(run("right", seed)["status"] == "ok");
  const Json usual = simulator.run(scratch / "wrong");
  CHECK(run("wrong", 1)["reason"] == usual["reason"]);
  CHECK(run("wrong", 2)["status"] == "wrong_result");
  CHECK(run("wrong", 2)["reason"] != usual["reason"]);  // it names the values of an element
  CHECK(run("wrong", 2)["reason"] != run("wrong", 3)["reason"]);
  CHECK(
      contains(simulator.ask({{"op", "run"}, {"elf", "x"}, {"data_seed", -1}})["error"], "data_seed must be a whole"));
}

TEST_CASE("files that are no programs crash with the reason") {
  Scratch scratch;
  Simulator simulator;
  REQUIRE(simulator.ask(open_request({16, 16, 16}))["ok"] == true);
  const auto reason = [&](const std::string& elf) {
    const Json reply = simulator.run(elf);
    CHECK(reply["status"] == "crashed");
    return reply["reason"];
  };
  CHECK(contains(reason(scratch / "missing"), "missing: cannot be opened"));
  std::ofstream(scratch / "text") << std::string(1000, 'x');
  CHECK(contains(reason(scratch / "text"), "not an ELF file"));
  CHECK(contains(reason(GEMMINI_SIM), "not a 64-bit RISC-V executable"));

  compile("matmul.c", scratch / "whole", defines({16, 16, 16}));
  std::ifstream whole(scratch / "whole", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(whole)), {});
  for (const std::size_t length : {std::size_t{0}, std::size_t{40}, std::size_t{100}, bytes.size() - 200}) {
    std::ofstream(scratch / "cut", std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(length));
    CHECK(contains(reason(scratch / "cut"), "the ELF file is cut short"));
  }
}

TEST_CASE("bad requests are answered with what is wrong") {
  Simulator simulator;
  const auto error = [&](const Json& reply) {
    CHECK(reply["ok"] == false);
    return reply["error"];
  };
  CHECK(contains(error(simulator.ask_text("{\"op\":")), "parse error"));
  CHECK(contains(error(simulator.ask_text("")), "parse error"));
  CHECK(error(simulator.ask_text("[1]")) == "op is missing");
  CHECK(contains(error(simulator.ask({{"op", "fly"}})), "got \"fly\""));
  CHECK(error(simulator.run("/tmp/x")) == "run before open");

  const auto bad_open = [&](const char* pointer, const Json& value) {
    Json request = open_request({16, 16, 16});
    request[Json::json_pointer(pointer)] = value;
    return error(simulator.ask(request));
  };
  CHECK(bad_open("/accelerator/dim", 12) == "accelerator.dim must be 4, 8, 16 or 32, got 12");
  CHECK(contains(bad_open("/accelerator/scratchpad_rows", -1), "accelerator.scratchpad_rows must be a whole number"));
  CHECK(contains(bad_open("/kernel/sizes/K", 0), "kernel.sizes.K must be a whole number from 1"));
  CHECK(bad_open("/kernel/family", "fft") ==
        "kernel.family must be \"matmul\", \"conv2d\", \"residual_add\" or \"own\", got \"fft\"");
  CHECK(contains(bad_open("/accelerator/rounding", "up"), "accelerator.rounding must be \"c_interface\" or"));
  CHECK(contains(bad_open("/kernel/scale", "x"), "kernel.scale must be a number"));
  CHECK(bad_open("/kernel/family", "residual_add") == "kernel.input_scales is missing");
  CHECK(contains(bad_open("/kernel/bias", 1), "kernel.bias must be true or false"));
  CHECK(contains(bad_open("/kernel/relu", 1), "kernel.relu must be true or false"));
  CHECK(contains(bad_open("/limits/seconds", 0), "limits.seconds must be more than 0"));
  CHECK(contains(bad_open("/limits/instructions", 0), "limits.instructions must be a whole number"));
  Json request = open_request({16, 16, 16});
  request.erase("data_seed");
  CHECK(error(simulator.ask(request)) == "data_seed is missing");

  const Json version = simulator.ask({{"op", "version"}});
  CHECK(version["ok"] == true);
  CHECK(version["name"] == "gemmini-sim");
  CHECK(version["model_version"] == "5");
  CHECK(simulator.end() == 0);
}
