#include "experiment/fields.hpp"

#include <doctest/doctest.h>

using namespace exogene;

namespace {

Fields fields(const std::string& text) {
  return {parse_yaml(text, "f.yaml"), {"f.yaml"}, {"a", "b", "c"}};
}

// What `read` says about `text`, the value of key a on line 2.
template <typename Read>
std::string error(const std::string& text, Read read) {
  try {
    read(fields("b: 1\na: " + text + "\n"));
  } catch (const InputError& caught) {
    return caught.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("values of each type are read") {
  const auto map = fields("a: word-1_x\nb: 18446744073709551615\nc: -2.5e-3\n");
  CHECK(map.word("a") == "word-1_x");
  CHECK(map.whole("b", 0, 18446744073709551615U) == 18446744073709551615U);
  CHECK(map.number("c", -1, 1) == -2.5e-3);
  const auto more = fields("a: true\nb: [y, x]\nc: {inner: ../a b}\n");
  CHECK(more.truth("a"));
  CHECK(more.words("b", {"x", "y"}) == std::vector<std::string>{"y", "x"});
  CHECK(more.map("c", {"inner"}).text("inner") == "../a b");
  CHECK(more.has("c"));
  CHECK_FALSE(fields("a: 1\n").has("b"));
}

TEST_CASE("keys are checked") {
  CHECK_THROWS_WITH_AS(fields("a: 1\nx: 2\n"), "f.yaml:2: unknown key 'x'; expected one of a, b, c", InputError);
  CHECK_THROWS_WITH_AS(fields("a: 1\nb: 2\na: 3\n"), "f.yaml:3: key 'a' is here twice; expected it once", InputError);
  CHECK_THROWS_WITH_AS(fields("a: 1\n[b]: 2\n"), "f.yaml:2: a key is a list; expected one of a, b, c", InputError);
  CHECK_THROWS_WITH_AS(fields("[1]\n"), "f.yaml:1: expected a map with the keys a, b, c", InputError);
  CHECK_THROWS_WITH_AS(fields(""), "f.yaml: expected a map with the keys a, b, c", InputError);
  CHECK_THROWS_WITH_AS(fields("\na: 1\n").word("b"), "f.yaml:2: missing key 'b'; expected the keys a, b, c",
                       InputError);
  CHECK_THROWS_WITH_AS(fields("a: 1\nb:\n  x: 2\n").map("b", {"x", "y"}).word("y"),
                       "f.yaml:3: missing key 'y' in b; expected the keys x, y", InputError);
  CHECK_THROWS_WITH_AS(fields("a: 1\nb: 2\n").map("b", {"x"}), "f.yaml:2: b is '2'; expected a map with the keys x",
                       InputError);
}

TEST_CASE("values of a wrong type or out of range are refused") {
  const auto whole = [](const Fields& map) { (void)map.whole("a", 2, 100000); };
  for (const std::string bad : {"many", "1", "100001", "-3", "2.5", "0x10", "99999999999999999999", "3 4"}) {
    CHECK(error(bad, whole) == "f.yaml:2: a is '" + bad + "'; expected a whole number from 2 to 100000");
  }
  CHECK(error("\"3\\n4\"", whole) == "f.yaml:2: a is '3 4'; expected a whole number from 2 to 100000");
  CHECK(error("[3]", whole) == "f.yaml:2: a is a list; expected a whole number from 2 to 100000");
  CHECK(error("{x: 3}", whole) == "f.yaml:2: a is a map; expected a whole number from 2 to 100000");
  CHECK(error("", whole) == "f.yaml:2: a is nothing; expected a whole number from 2 to 100000");

  const auto number = [](const Fields& map) { (void)map.number("a", 0, 1.5); };
  for (const std::string bad : {"x", "1.6", "-0.1", "nan", "inf", ".inf", "1e999", "1,2"}) {
    CHECK(error(bad, number) == "f.yaml:2: a is '" + bad + "'; expected a number from 0 to 1.5");
  }

  const auto truth = [](const Fields& map) { (void)map.truth("a"); };
  CHECK(error("yes", truth) == "f.yaml:2: a is 'yes'; expected one of true, false");

  const auto word = [](const Fields& map) { (void)map.word("a"); };
  for (const std::string bad : {"a b", "-a", "_", "a/b", "a.b", "\xc3\xa9"}) {
    CHECK(error(bad, word) == "f.yaml:2: a is '" + bad +
                                  "'; expected a name of letters, digits, - and _ that begins with a letter or digit");
  }
  CHECK(error("\"null\"", word).starts_with("f.yaml:2: a is 'null'; expected a name"));
  CHECK(error("[x]", word) == "f.yaml:2: a is a list; expected a single word");
}

TEST_CASE("lists of words are checked") {
  const auto words = [](const Fields& map) { (void)map.words("a", {"x", "y"}); };
  CHECK(error("x", words) == "f.yaml:2: a is 'x'; expected a list in brackets, each one of x, y");
  CHECK(error("[]", words) == "f.yaml:2: a is a list; expected a list in brackets, each one of x, y");
  CHECK(error("[x, z]", words) == "f.yaml:2: a has 'z'; expected one of x, y");
  CHECK(error("\n- x\n- y\n- x", words) == "f.yaml:5: a has 'x' twice; expected it once");
}
