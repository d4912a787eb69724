#include "operators/draw.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rig.hpp"

using namespace exogene;

namespace {

constexpr std::uint32_t draws = 5000;

Gene gene(const std::string& text) {
  return parse_genome("kernel: matmul\ngenes:\n  - " + text + "\n", "gene", alphabet()).genes.at(0);
}

const std::string& word(const Gene& gene, std::size_t index) {
  return std::get<std::string>(gene.arguments.at(index));
}
std::int64_t number(const Gene& gene, std::size_t index) {
  return std::get<std::int64_t>(gene.arguments.at(index));
}

template <class Site>
const Site& named(const std::vector<Site>& sites, const std::string& name) {
  const auto found = std::ranges::find(sites, name, &Site::name);
  REQUIRE_MESSAGE(found != sites.end(), name);
  return *found;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

bool proper_divisor(std::int64_t factor, std::int64_t extent) {
  return factor > 1 && factor < extent && extent % factor == 0;
}

/// A nest of the sites, outermost first, that has the names in another order.
bool reorders_a_nest(std::vector<std::string> names, const Sites& sites) {
  const auto position = [&](const std::string& name) { return &named(sites.loops, name) - sites.loops.data(); };
  const auto given = names;
  std::ranges::sort(names, {}, position);
  for (std::size_t i = 0; i + 1 < names.size(); ++i)
    if (!named(sites.loops, names[i]).nest || position(names[i + 1]) != position(names[i]) + 1) return false;
  return names.size() >= 2 && given != names;
}

/// What the catalogue promises of each kind, written out by hand.
void check_fits(const Gene& g, const Sites& sites) {
  const auto& kind = g.kind->name;
  CAPTURE(to_text(g));
  const auto loop = [&](std::size_t i) { return named(sites.loops, word(g, i)); };
  const auto buffer = [&](std::size_t i) { return named(sites.buffers, word(g, i)); };
  const auto statement = [&](std::size_t i) { return named(sites.statements, word(g, i)); };
  const auto up_to = [&](std::int64_t value, std::size_t count) {
    CHECK(value >= 1);
    CHECK(value <= static_cast<std::int64_t>(count));
  };
  const auto dimension_of = [&](std::size_t i, std::int64_t value) {
    CHECK(value >= 0);
    CHECK(value < std::ssize(buffer(i).shape));
  };
  CHECK(g.kind->drawn);
  const auto fits = [&](const std::vector<std::string>& kinds) { CHECK(contains(kinds, kind)); };
  for (std::size_t i = 0; i < g.arguments.size(); ++i) {
    if (g.kind->parameters[i].where != Where::fitting) continue;
    const auto of = g.kind->parameters[i].kind;
    if (of == ArgumentKind::loop) fits(loop(i).fits);
    if (of == ArgumentKind::buffer) fits(buffer(i).fits);
    if (of == ArgumentKind::statement) fits(statement(i).fits);
    if (of == ArgumentKind::expression) fits(named(sites.expressions, word(g, i)).fits);
  }
  if (kind == "divide_loop" || kind == "tile" || kind == "unroll" || kind == "unroll_and_jam") {
    CHECK(proper_divisor(number(g, 1), loop(0).extent));
  } else if (kind == "reorder_loops" || kind == "mult_loops") {
    CHECK(loop(0).nest);
  } else if (kind == "unroll_loop" || kind == "peel" || kind == "keep_weights") {
    CHECK(loop(0).extent > 1);
  } else if (kind == "lift_loop") {
    CHECK_FALSE(loop(0).loops.empty());
  } else if (kind == "shift_loop") {
    loop(0);
  } else if (kind == "divide_with_recompute") {
    CHECK(proper_divisor(number(g, 1), loop(0).extent));
  } else if (kind == "specialize") {
    CHECK(contains(statement(0).loops, loop(1).name));
    CHECK(number(g, 2) < loop(1).extent);
  } else if (kind == "stage_mem") {
    CHECK(contains(statement(0).arrays, word(g, 1)));
  } else if (kind == "replace" || kind == "call_eqv") {
    CHECK(contains(statement(0).instructions, word(g, 1)));
  } else if (kind == "set_memory") {
    CHECK(contains(buffer(0).memories, word(g, 1)));
  } else if (kind == "cut_loop") {
    CHECK(number(g, 1) >= 1);
    CHECK(number(g, 1) < loop(0).extent);
  } else if (kind == "fission" || kind == "autofission") {
    up_to(number(g, 1), statement(0).loops.size());
  } else if (kind == "lift_alloc" || kind == "autolift_alloc") {
    up_to(number(g, 1), buffer(0).loops.size());
  } else if (kind == "expand_dim") {
    CHECK(contains(buffer(0).loops, loop(1).name));
  } else if (kind == "rearrange_dim") {
    const auto& order = std::get<std::vector<std::int64_t>>(g.arguments.at(1));
    CHECK(order.size() == buffer(0).shape.size());
    CHECK_FALSE(std::ranges::is_sorted(order));
    for (std::int64_t d = 0; d < std::ssize(order); ++d) CHECK(std::ranges::count(order, d) == 1);
  } else if (kind == "divide_dim") {
    dimension_of(0, number(g, 1));
    CHECK(proper_divisor(number(g, 2), buffer(0).shape.at(static_cast<std::size_t>(number(g, 1)))));
  } else if (kind == "mult_dim") {
    dimension_of(0, number(g, 1));
    dimension_of(0, number(g, 2));
    CHECK(number(g, 1) != number(g, 2));
  } else if (kind == "unroll_buffer") {
    dimension_of(0, number(g, 1));
  } else if (kind == "reuse_buffer" || kind == "merge_accumulators") {
    const auto position = [&](std::size_t i) {
      return std::ranges::find(sites.buffers, word(g, i), &BufferSite::name);
    };
    CHECK(position(0) < position(1));
    CHECK(position(1) != sites.buffers.end());
  } else if (kind == "tensorise") {
    CHECK_FALSE(sites.tensorised);
    CHECK(std::get<std::vector<std::int64_t>>(g.arguments.at(0)).size() == 2);
  } else if (kind == "permute") {
    CHECK(reorders_a_nest(std::get<std::vector<std::string>>(g.arguments.at(0)), sites));
  } else if (kind == "hoist") {
    CHECK(sites.tensorised);
    CHECK(buffer(0).loaded);
    up_to(number(g, 1), buffer(0).loops.size());
  } else if (kind == "load_once" || kind == "prefetch") {
    CHECK(sites.tensorised);
    CHECK(buffer(0).loaded);
    CHECK(contains(kind == "prefetch" ? buffer(0).loops : buffer(0).idle, loop(1).name));
  } else if (kind == "fuse") {
    CHECK(loop(0).next);
  } else if (kind == "spread" || kind == "delay" || kind == "wide_loads") {
    CHECK(sites.tensorised);
    CHECK(buffer(0).loaded);
  } else if (kind == "double_buffer") {
    CHECK(sites.tensorised);
    CHECK(buffer(0).local);
    CHECK(buffer(0).loops.back() == loop(1).name);
  } else if (kind == "overwrite" || kind == "interleave_stores" || kind == "wide_stores" ||
             kind == "split_accumulator") {
    CHECK(sites.tensorised);
    CHECK(buffer(0).stored);
  } else if (kind == "place" || kind == "alternate") {
    CHECK(sites.tensorised);
    CHECK(buffer(0).local);
    for (std::size_t i = 1; i < g.arguments.size(); ++i) CHECK(number(g, i) < buffer(0).banks);
  } else if (kind == "hoist_config") {
    CHECK(sites.tensorised);
  } else {
    const auto& parameters = g.kind->parameters;
    CHECK_MESSAGE((parameters.empty() || parameters[0].where == Where::fitting),
                  "a kind that this test does not know: ", kind);
  }
}

/// Text, parsed again, is the same gene: this also checks every range of the catalogue.
void check_round_trip(const Gene& drawn) {
  const Genome genome{"matmul", {drawn}};
  CHECK(parse_genome(to_text(genome), "drawn", alphabet()) == genome);
}

std::map<std::string, int> check_draws(const Sites& sites) {
  std::map<std::string, int> kinds;
  for (std::uint32_t slot = 0; slot < draws; ++slot) {
    auto random = random_of(slot);
    const auto drawn = draw_gene(alphabet(), sites, random);
    REQUIRE(drawn.has_value());
    check_fits(*drawn, sites);
    check_round_trip(*drawn);
    ++kinds[drawn->kind->name];
  }
  return kinds;
}

}  // namespace

TEST_CASE("one stream draws one gene, other slots draw others") {
  const auto sites = array_sites();
  std::set<std::string> texts;
  for (std::uint32_t slot = 0; slot < 100; ++slot) {
    auto random = random_of(slot);
    auto again = random_of(slot);
    const auto drawn = draw_gene(alphabet(), sites, random);
    REQUIRE(drawn.has_value());
    CHECK(drawn == draw_gene(alphabet(), sites, again));
    texts.insert(to_text(*drawn));
  }
  CHECK(texts.size() > 50);
}

TEST_CASE("every gene drawn for a tensorised schedule fits it, and every kind that fits is drawn") {
  const auto kinds = check_draws(array_sites());
  for (const auto& kind : alphabet().kinds()) {
    CAPTURE(kind.name);
    CHECK(kinds.contains(kind.name) == (kind.drawn && kind.needs != Needs::naive));
  }
}

TEST_CASE("every gene drawn for a naive schedule fits it, and every kind that fits is drawn") {
  const auto kinds = check_draws(naive_sites());
  // The only buffer is a scalar, and no loop is followed by one of the same bounds.
  const std::set<std::string> unfit{"rearrange_dim", "divide_dim", "mult_dim", "unroll_buffer", "reuse_buffer", "fuse"};
  for (const auto& kind : alphabet().kinds()) {
    CAPTURE(kind.name);
    CHECK(kinds.contains(kind.name) == (kind.drawn && kind.needs != Needs::array && !unfit.contains(kind.name)));
  }
}

TEST_CASE("composites are drawn 7 times in 10, and kinds of a level equally often") {
  const auto kinds = check_draws(array_sites());
  int composites = 0;
  for (const auto& [name, count] : kinds)
    if (alphabet().find(name)->level == Level::composite) composites += count;
  CHECK(composites > draws * 67 / 100);
  CHECK(composites < draws * 73 / 100);
  std::vector<std::string> names;
  for (const auto& kind : alphabet().kinds())
    if (kind.level == Level::composite && kind.needs != Needs::naive) names.push_back(kind.name);
  const auto share = 0.7 * draws / static_cast<double>(names.size());
  for (const auto& name : names) {
    CAPTURE(name);  // a standard deviation is less than the square root of the share
    CHECK(std::abs(kinds.at(name) - share) < 5 * std::sqrt(share));
  }
}

TEST_CASE("when nothing of a schedule fits, only genes without sites are drawn") {
  Sites sites;
  sites.tensorised = true;
  std::set<std::string> kinds;
  for (std::uint32_t slot = 0; slot < 200; ++slot) {
    auto random = random_of(slot);
    kinds.insert(draw_gene(alphabet(), sites, random)->kind->name);
  }
  CHECK(kinds == std::set<std::string>{"hoist_config", "simplify"});
  auto random = random_of(0);
  CHECK_FALSE(draw_gene(Alphabet{}, sites, random).has_value());
}

TEST_CASE("division is usually perfect, but not always") {
  std::map<std::string, int> tails;
  for (std::uint32_t slot = 0; slot < 20'000; ++slot) {
    auto random = random_of(slot);
    const auto drawn = draw_gene(alphabet(), naive_sites(), random);
    if (drawn->kind->name == "divide_loop") ++tails[word(*drawn, 2)];
  }
  CHECK(tails.size() == 4);
  CHECK(tails["perfect"] > 3 * (tails["cut"] + tails["guard"] + tails["cut_and_guard"]));
}

TEST_CASE("redrawing changes exactly one argument, and the gene still fits") {
  const auto sites = array_sites();
  std::set<std::pair<std::string, std::size_t>> changed_arguments;
  for (std::uint32_t slot = 0; slot < draws; ++slot) {
    auto random = random_of(slot);
    const auto drawn = draw_gene(alphabet(), sites, random);
    REQUIRE(drawn.has_value());
    const auto changed = redraw_argument(*drawn, sites, random);
    if (!changed) continue;
    CHECK(changed->kind == drawn->kind);
    check_fits(*changed, sites);
    check_round_trip(*changed);
    int differences = 0;
    for (std::size_t i = 0; i < drawn->arguments.size(); ++i) {
      if (changed->arguments[i] == drawn->arguments[i]) continue;
      ++differences;
      changed_arguments.emplace(drawn->kind->name, i);
    }
    CHECK(differences == 1);
  }
  for (const auto& kind : alphabet().kinds()) {
    // There is one loop to fuse only.
    if (!kind.drawn || kind.needs == Needs::naive || kind.name == "fuse") continue;
    for (std::size_t i = 0; i < kind.parameters.size(); ++i) {
      // The innermost loop around a buffer, or the one that its load ignores, is one loop.
      if (kind.parameters[i].where == Where::around || kind.parameters[i].where == Where::idle) continue;
      CAPTURE(kind.name);
      CAPTURE(kind.parameters[i].name);
      CHECK(changed_arguments.contains({kind.name, i}));
    }
  }
}

TEST_CASE("factors move to neighbouring divisors more often than to others") {
  auto sites = naive_sites();
  sites.loops = {{"i", 64, {}, false, false}};
  std::map<std::int64_t, int> factors;
  for (std::uint32_t slot = 0; slot < 1000; ++slot) {
    auto random = random_of(slot);
    ++factors[number(*redraw_argument(gene("tile: {loop: i, factor: 8}"), sites, random), 1)];
  }
  CHECK(factors.size() == 4);  // 2, 4, 16, 32
  CHECK(factors[4] > 2 * factors[2]);
  CHECK(factors[16] > 2 * factors[32]);
}

TEST_CASE("redrawing mends a factor that fits no more, and gives up when nothing else is possible") {
  const auto sites = array_sites();
  auto random = random_of(0);
  CHECK_FALSE(redraw_argument(gene("simplify: {}"), sites, random).has_value());
  CHECK_FALSE(redraw_argument(gene("fuse: {loop: joi#2}"), sites, random).has_value());
  auto one = sites;
  one.loops = {{"io", 4, {}, false, false}};
  CHECK_FALSE(redraw_argument(gene("tile: {loop: io, factor: 2}"), one, random).has_value());
  CHECK(redraw_argument(gene("tile: {loop: io, factor: 3}"), one, random) == gene("tile: {loop: io, factor: 2}"));
  one.loops = {{"io", 4, {}, true, false}, {"joo", 2, {"io"}, false, false}};
  CHECK_FALSE(redraw_argument(gene("permute: {loops: [joo, io]}"), one, random).has_value());
  CHECK(redraw_argument(gene("permute: {loops: [io, gone]}"), one, random) == gene("permute: {loops: [joo, io]}"));
}

TEST_CASE("ranges of the catalogue bound what is drawn") {
  Sites sites;
  sites.loops = {{"i", 1 << 20, {}, false, false}};
  sites.buffers = {{"deep", {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, std::vector<std::string>(12, "i"), true, true}};
  for (std::uint32_t slot = 0; slot < 1000; ++slot) {
    auto random = random_of(slot);
    const auto drawn = draw_gene(alphabet(), sites, random);
    REQUIRE(drawn.has_value());
    CHECK(drawn->kind->name != "rearrange_dim");  // ten dimensions, of which a list may name the first eight only
    check_fits(*drawn, sites);
    check_round_trip(*drawn);
  }
}
