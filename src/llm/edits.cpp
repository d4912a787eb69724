#include "llm/edits.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace exogene {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Gene& gene) {
  auto arguments = Json::object();
  for (std::size_t i = 0; i < gene.arguments.size(); ++i)
    std::visit([&](const auto& value) { arguments[gene.kind->parameters[i].name] = value; }, gene.arguments[i]);
  return {{gene.kind->name, arguments}};
}

}  // namespace

Genome with_edits(const std::vector<Edit>& edits, const Genome& genome) {
  Genome result{genome.kernel, {}};
  for (std::size_t position = 0; position <= genome.genes.size(); ++position) {
    const auto* kept = position < genome.genes.size() ? &genome.genes[position] : nullptr;
    for (const auto& edit : edits) {
      if (edit.position != position) continue;
      if (edit.kind == Edit::Kind::insert) result.genes.push_back(edit.gene);
      if (edit.kind == Edit::Kind::remove) kept = nullptr;
      if (edit.kind == Edit::Kind::replace) kept = &edit.gene;
    }
    if (kept != nullptr) result.genes.push_back(*kept);
  }
  return result;
}

std::vector<Edit> edits_between(const Genome& before, const Genome& after) {
  const auto& a = before.genes;
  const auto& b = after.genes;
  const auto shorter = std::min(a.size(), b.size());
  std::size_t front = 0;
  while (front < shorter && a[front] == b[front]) ++front;
  std::size_t back = 0;
  while (back < shorter - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  const auto old_end = a.size() - back;
  const auto new_end = b.size() - back;
  std::vector<Edit> edits;
  for (auto i = front; i < std::max(old_end, new_end); ++i) {
    if (i < old_end && i < new_end)
      edits.push_back({Edit::Kind::replace, i, b[i]});
    else if (i < old_end)
      edits.push_back({Edit::Kind::remove, i, {}});
    else
      edits.push_back({Edit::Kind::insert, old_end, b[i]});
  }
  return edits;
}

std::string to_json(const std::vector<Edit>& edits) {
  auto list = Json::array();
  for (const auto& edit : edits) {
    constexpr const char* names[] = {"insert", "delete", "replace"};
    Json item{{"edit", names[static_cast<std::size_t>(edit.kind)]}, {"position", edit.position}};
    if (edit.kind != Edit::Kind::remove) item["gene"] = to_json(edit.gene);
    list.push_back(std::move(item));
  }
  return Json{{"edits", list}}.dump();
}

}  // namespace exogene
