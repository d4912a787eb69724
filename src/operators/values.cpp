#include "operators/values.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace exogene {
namespace {

/// The site that the last argument of that kind in front names; null when there is no such argument or no such site.
template <class Site>
const Site* site_in_front(const Place& at, ArgumentKind kind, const std::vector<Site>& sites) {
  for (auto i = at.index; i-- > 0;) {
    if (at.gene.kind->parameters[i].kind != kind) continue;
    const auto found = std::ranges::find(sites, std::get<std::string>(at.gene.arguments[i]), &Site::name);
    return found == sites.end() ? nullptr : &*found;
  }
  return nullptr;
}

const BufferSite* buffer_in_front(const Place& at) {
  return site_in_front(at, ArgumentKind::buffer, at.sites.buffers);
}

const StatementSite* statement_in_front(const Place& at) {
  return site_in_front(at, ArgumentKind::statement, at.sites.statements);
}

/// The dimensions that arguments in front name.
std::vector<std::int64_t> dimensions_in_front(const Place& at) {
  std::vector<std::int64_t> result;
  for (std::size_t i = 0; i < at.index; ++i)
    if (at.gene.kind->parameters[i].draw == Draw::dimension)
      result.push_back(std::get<std::int64_t>(at.gene.arguments[i]));
  return result;
}

/// Iterations of the loop, or elements of the dimension, in front; 0 when unknown.
std::int64_t extent_in_front(const Place& at) {
  if (const auto dimensions = dimensions_in_front(at); !dimensions.empty()) {
    const auto* buffer = buffer_in_front(at);
    const auto dimension = static_cast<std::size_t>(dimensions.back());
    return buffer != nullptr && dimension < buffer->shape.size() ? buffer->shape[dimension] : 0;
  }
  const auto* loop = site_in_front(at, ArgumentKind::loop, at.sites.loops);
  return loop == nullptr ? 0 : loop->extent;
}

/// Number of loops around the buffer or statement in front.
std::int64_t depth_in_front(const Place& at) {
  if (const auto* buffer = buffer_in_front(at)) return std::ssize(buffer->loops);
  const auto* statement = statement_in_front(at);
  return statement == nullptr ? 0 : std::ssize(statement->loops);
}

std::int64_t rank_in_front(const Place& at) {
  const auto* buffer = buffer_in_front(at);
  return buffer == nullptr ? 0 : std::ssize(buffer->shape);
}

bool fits_kind(const Place& at, const std::vector<std::string>& kinds) {
  return std::ranges::find(kinds, at.gene.kind->name) != kinds.end();
}

/// The loops around the buffer or statement in front.
const std::vector<std::string>& loops_in_front(const Place& at) {
  static const std::vector<std::string> none;
  if (const auto* buffer = buffer_in_front(at)) return buffer->loops;
  const auto* statement = statement_in_front(at);
  return statement == nullptr ? none : statement->loops;
}

bool fits(const Place& at, const LoopSite& loop) {
  switch (at.parameter().where) {
    case Where::fitting:
      return fits_kind(at, loop.fits);
    case Where::constant:
      return loop.extent > 1;
    case Where::inside:
      return !loop.loops.empty();
    case Where::nest:
      return loop.nest;
    case Where::next:
      return loop.next;
    case Where::enclosing:
      return std::ranges::count(loops_in_front(at), loop.name) > 0;
    case Where::around:
      return !loops_in_front(at).empty() && loops_in_front(at).back() == loop.name;
    case Where::idle: {
      const auto* buffer = buffer_in_front(at);
      return buffer != nullptr && std::ranges::count(buffer->idle, loop.name) > 0;
    }
    default:
      return true;
  }
}

bool fits(const Place& at, const BufferSite& buffer) {
  switch (at.parameter().where) {
    case Where::fitting:
      return fits_kind(at, buffer.fits);
    case Where::local:
      return buffer.local;
    case Where::loaded:
      return buffer.loaded;
    case Where::stored:
      return buffer.stored;
    case Where::later: {  // both are elements of one list, which is in program order
      const auto* front = buffer_in_front(at);
      return front != nullptr && &buffer > front && buffer.shape == front->shape && buffer.local == front->local &&
             buffer.banks == front->banks;
    }
    default:
      return true;
  }
}

bool fits(const Place& at, const StatementSite& statement) {
  if (at.parameter().where == Where::fitting) return fits_kind(at, statement.fits);
  return at.parameter().where != Where::next || statement.next;
}

bool fits(const Place& at, const ExpressionSite& expression) {
  return at.parameter().where != Where::fitting || fits_kind(at, expression.fits);
}

template <class Site>
std::vector<Value> names(const Place& at, const std::vector<Site>& sites) {
  std::vector<Value> result;
  for (const auto& site : sites)
    if (fits(at, site)) result.emplace_back(site.name);
  return result;
}

/// Names that the site in front lists.
template <class Site>
std::vector<Value> listed(const Site* site, std::vector<std::string> Site::*list) {
  if (site == nullptr) return {};
  return {(site->*list).begin(), (site->*list).end()};
}

/// In ascending order.
std::vector<Value> numbers(const Place& at) {
  const auto& parameter = at.parameter();
  auto low = parameter.min;
  auto high = parameter.max;
  const auto within = [&](std::int64_t least, std::int64_t greatest) {
    low = std::max(low, least);
    high = std::min(high, greatest);
  };
  std::int64_t multiple = 0;  // of every number; 0 when any number will do
  std::vector<std::int64_t> taken;
  switch (parameter.draw) {
    case Draw::divisor:
      multiple = extent_in_front(at);
      within(2, multiple - 1);
      break;
    case Draw::iteration:
      within(1, extent_in_front(at) - 1);
      break;
    case Draw::depth:
      within(1, depth_in_front(at));
      break;
    case Draw::dimension:
      within(0, rank_in_front(at) - 1);
      taken = dimensions_in_front(at);
      break;
    case Draw::bank: {
      const auto* buffer = buffer_in_front(at);
      within(0, (buffer == nullptr ? 0 : buffer->banks) - 1);
      break;
    }
    case Draw::uniform:
    case Draw::permutation:
      break;
  }
  std::vector<Value> result;
  for (auto number = low; number <= high; ++number)
    if ((multiple == 0 || multiple % number == 0) && std::ranges::find(taken, number) == taken.end())
      result.emplace_back(number);
  return result;
}

}  // namespace

std::vector<Value> single_values(const Place& at) {
  switch (at.parameter().kind) {
    case ArgumentKind::loop:
      return names(at, at.sites.loops);
    case ArgumentKind::buffer:
      return names(at, at.sites.buffers);
    case ArgumentKind::statement:
      return names(at, at.sites.statements);
    case ArgumentKind::expression:
      return names(at, at.sites.expressions);
    case ArgumentKind::array:
      return listed(statement_in_front(at), &StatementSite::arrays);
    case ArgumentKind::instruction:
      return listed(statement_in_front(at), &StatementSite::instructions);
    case ArgumentKind::memory:
      return listed(buffer_in_front(at), &BufferSite::memories);
    case ArgumentKind::configuration:
      return {at.sites.configurations.begin(), at.sites.configurations.end()};
    case ArgumentKind::integer:
      return numbers(at);
    case ArgumentKind::choice:
      return {at.parameter().choices.begin(), at.parameter().choices.end()};
    case ArgumentKind::integers:
    case ArgumentKind::loops:
      break;
  }
  return {};
}

std::vector<std::int64_t> dimensions(const Place& at) {
  const auto rank = rank_in_front(at);
  if (at.parameter().min > 0 || rank - 1 > at.parameter().max) return {};
  std::vector<std::int64_t> result(static_cast<std::size_t>(rank));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

bool is_fitting(const Place& at) {
  const auto& parameter = at.parameter();
  const auto& value = at.gene.arguments[at.index];
  if (parameter.draw == Draw::permutation) {
    const auto identity = dimensions(at);
    const auto& order = std::get<std::vector<std::int64_t>>(value);
    return order != identity && std::ranges::is_permutation(order, identity);
  }
  if (parameter.kind == ArgumentKind::integers || parameter.kind == ArgumentKind::loops) return true;
  const auto values = single_values(at);
  return std::ranges::find(values, value) != values.end();
}

}  // namespace exogene
