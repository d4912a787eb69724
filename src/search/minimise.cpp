#include "search/minimise.hpp"

#include <algorithm>

namespace exogene {
namespace {

using Places = std::vector<std::size_t>;

class Minimising {
 public:
  Minimising(std::vector<Gene> genes, const Program& program)
      : genes_(std::move(genes)), program_(program), wanted_(program(genes_)) {}

  /// Whether the genes at these ascending places could go; then they are gone.
  bool drop(const Places& places) {
    auto fewer = genes_;
    std::ranges::for_each(places.rbegin(), places.rend(),
                          [&](auto place) { fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(place)); });
    if (!wanted_ || program_(fewer) != wanted_) return false;
    genes_ = std::move(fewer);
    return true;
  }

  bool drop_singles() {
    bool dropped = false;
    for (auto place = genes_.size(); place-- > 0;) dropped |= drop({place});
    return dropped;
  }

  bool drop_a_pair() {
    for (auto second = genes_.size(); second-- > 0;)
      for (auto first = second; first-- > 0;)
        if (drop({first, second})) return true;
    return false;
  }

  [[nodiscard]] const std::vector<Gene>& genes() const { return genes_; }

 private:
  std::vector<Gene> genes_;
  const Program& program_;
  std::optional<Hash> wanted_;
};

}  // namespace

std::vector<Gene> minimise(std::vector<Gene> genes, const std::vector<std::int64_t>& introns, const Program& program) {
  Minimising minimising(std::move(genes), program);
  if (!introns.empty()) minimising.drop({introns.begin(), introns.end()});
  do {
    while (minimising.drop_singles()) {
    }
  } while (minimising.drop_a_pair());
  return minimising.genes();
}

}  // namespace exogene
