#include "llm/ledger.hpp"

#include <doctest/doctest.h>

using namespace exogene;

TEST_CASE("what is set aside is not there for others, what was not used is") {
  Ledger ledger({10, 1000, 1.0, 60});
  CHECK_FALSE(ledger.reserve(600, 0.6));
  CHECK(ledger.reserve(600, 0.1) == "the budget of 1000 tokens does not hold 600 more");
  CHECK(ledger.reserve(100, 0.6) == "the budget of 1 money does not hold 0.600000 more");
  ledger.settle(600, 0.6, 50, 0.05, 2);
  CHECK_FALSE(ledger.reserve(900, 0.9));
  CHECK(ledger.seconds_left() == 58);
}

TEST_CASE("calls and seconds end a budget") {
  Ledger calls({1, 1000, 1, 60});
  CHECK_FALSE(calls.reserve(1, 0));
  CHECK(calls.reserve(1, 0) == "the budget of 1 calls is spent");
  Ledger seconds({10, 1000, 1, 60});
  CHECK_FALSE(seconds.reserve(1, 0));
  seconds.settle(1, 0, 1, 0, 60);
  CHECK(seconds.reserve(1, 0) == "the budget of 60 seconds is spent");
}

TEST_CASE("a resumed run goes on with what it has used") {
  Ledger ledger({5, 1000, 1, 60});
  Exchange exchange;
  exchange.calls = 4;
  exchange.tokens_in = 700;
  exchange.tokens_out = 100;
  exchange.cost = 0.5;
  exchange.seconds = 10;
  ledger.add(exchange);
  CHECK(ledger.used() == LlmBudget{4, 800, 0.5, 10});
  CHECK(ledger.reserve(201, 0));
  CHECK_FALSE(ledger.reserve(200, 0.5));
}
