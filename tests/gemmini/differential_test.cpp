// The model against the plain one of scalar/, on random commands of every kind.

#include "fuzz/differential.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace exogene::gemmini;

TEST_CASE("a million random commands leave the model and the plain one in the same state") {
  constexpr std::uint64_t commands_of_stream = 2500;
  fuzz::Result all;
  for (std::uint64_t seed = 1; all.accepted < 1'000'000; ++seed) {
    const fuzz::Result stream = fuzz::run_stream(seed, commands_of_stream);
    REQUIRE_MESSAGE(stream.difference.empty(), stream.difference);
    all.sent += stream.sent;
    all.accepted += stream.accepted;
    for (std::size_t kind = 0; kind < kinds; ++kind) all.of_kind[kind] += stream.of_kind[kind];
    REQUIRE(10 * stream.accepted > 8 * stream.sent);
  }
  MESSAGE(all.accepted, " of ", all.sent, " commands accepted");
  CHECK(10 * all.accepted > 9 * all.sent);
  CHECK(all.accepted < all.sent);
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    INFO(std::string(instruction(static_cast<Kind>(kind)).name));
    CHECK(all.of_kind[kind] > 1000);
  }
}

TEST_CASE("every single error in the plain model is noticed, by a number that differs") {
  constexpr std::uint64_t commands_of_stream = 2500, most_streams = 12;
  for (std::size_t i = 1; i < scalar::fault_names.size(); ++i) {
    std::uint64_t sent = 0;
    bool noticed = false;
    for (std::uint64_t seed = 1; seed <= most_streams && !noticed; ++seed) {
      const fuzz::Result stream = fuzz::run_stream(seed, commands_of_stream, static_cast<scalar::Fault>(i));
      sent += stream.sent;
      noticed = stream.difference.find("plain model") != std::string::npos &&
                stream.difference.find(fuzz::left_memory) == std::string::npos;
    }
    CHECK_MESSAGE(noticed, std::string(scalar::fault_names[i]), ": not noticed in ", sent, " commands");
  }
}
