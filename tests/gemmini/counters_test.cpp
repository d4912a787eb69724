#include "gemmini/counters.hpp"

#include "rig.hpp"

using namespace exogene::gemmini;
using namespace exogene::gemmini::test;

namespace {

constexpr std::uint64_t external = std::uint64_t{1} << 31;
constexpr std::uint64_t reset = 1, release = 2, take = 4;

std::uint64_t ask(Rig& rig, std::uint64_t request) {
  const Step step = rig.model.execute(126, request, 0);
  CHECK(done(step).kind == Kind::counter);
  return step.value;
}
std::uint64_t set(std::uint64_t index, std::uint64_t event, bool is_external) {
  return (is_external ? external : 0) | event << 12 | index << 4 | 8;
}
std::uint64_t index(std::uint64_t number) {
  return number << 4;
}

}  // namespace

TEST_CASE("counters count bytes from when they are set, until they are reset") {
  Rig rig;
  done(rig.config_ld(0, 64));
  done(rig.config_st(64));
  done(rig.mvin(0, ByteMemory::base, 0, 64, 16));
  ask(rig, set(2, 4, true));
  ask(rig, set(7, 5, true));
  CHECK(ask(rig, index(2)) == 0);
  done(rig.mvin(0, ByteMemory::base, 0, 16, 3));
  done(rig.mvin(0, 0, 0, 16, 3));  // zeros are not read
  done(rig.mvout(ByteMemory::base, 0, 10, 2));
  CHECK(ask(rig, index(2)) == 48);
  CHECK(ask(rig, index(7)) == 20);
  CHECK(ask(rig, reset | index(2)) == 0);
  done(rig.mvout(ByteMemory::base, 0, 10, 1));
  CHECK(ask(rig, index(2)) == 0);
  CHECK(ask(rig, index(7)) == 10);
}

TEST_CASE("a snapshot holds all counters until it is released") {
  Rig rig;
  done(rig.config_ld(0, 64));
  ask(rig, set(0, 4, true));
  done(rig.mvin(0, ByteMemory::base, 0, 16, 1));
  CHECK(ask(rig, take) == 16);
  done(rig.mvin(0, ByteMemory::base, 0, 16, 1));
  CHECK(ask(rig, index(0)) == 16);
  CHECK(ask(rig, release) == 32);
}

TEST_CASE("all other events stand still, also those of the same number in the other list") {
  Rig rig;
  done(rig.config_ld(0, 64));
  ask(rig, set(1, 3, true));
  ask(rig, set(2, 4, false));
  ask(rig, set(3, 4, true));
  done(rig.mvin(0, ByteMemory::base, 0, 16, 3));
  CHECK(ask(rig, index(1)) == 0);
  CHECK(ask(rig, index(2)) == 0);
  CHECK(ask(rig, index(3)) == 48);
}
