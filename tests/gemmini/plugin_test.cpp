// libgemmini.so in the stock simulator.

#include "sim_rig.hpp"

using namespace exogene::gemmini::test;
namespace bp = boost::process;

namespace {

struct Ended {
  int code;
  std::string errors;
};

Ended spike(const std::string& elf) {
  bp::ipstream errors;
  bp::child child(SPIKE_PROGRAM, std::string("--extlib=") + GEMMINI_PLUGIN, "--extension=gemmini", elf,
                  bp::std_in<bp::null, bp::std_err> errors);
  std::string text((std::istreambuf_iterator<char>(errors)), {});
  child.wait();
  return {child.exit_code(), text};
}

}  // namespace

TEST_CASE("the stock simulator runs Gemmini programs") {
  Scratch scratch;
  compile("plugin.c", scratch / "right", {"WRONG=0"});
  const Ended right = spike(scratch / "right");
  INFO(right.errors);
  CHECK(right.code == 0);
  compile("plugin.c", scratch / "wrong", {"WRONG=5000"});
  CHECK(spike(scratch / "wrong").code == 1);
}

TEST_CASE("a program that breaks a rule ends the stock simulator with the reason") {
  Scratch scratch;
  compile("plugin.c", scratch / "refused", {"WRONG=0", "BREAK_RULE"});
  const Ended ended = spike(scratch / "refused");
  CHECK(ended.code == 1);
  CHECK(ended.errors.find("gemmini: command 4 (MVIN): load of 17 rows is taller than the array's 16") !=
        std::string::npos);
}
