#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace exogene {

/// A loop of a schedule.
struct LoopSite {
  std::string name;                    ///< as genes address it
  std::int64_t extent = 0;             ///< iterations; 0 when not constant
  std::vector<std::string> loops;      ///< enclosing loops, outermost first
  bool nest = false;                   ///< its body is exactly one loop: the next one in Sites::loops
  bool next = false;                   ///< the statement behind it is a loop of the same bounds
  std::vector<std::string> fits = {};  ///< gene kinds that it seems to fit, of those that ask for it
};

/// A buffer of a schedule; arguments of the kernel are not among them.
struct BufferSite {
  std::string name;
  std::vector<std::int64_t> shape;         ///< elements; 0 for an extent that is not constant
  std::vector<std::string> loops;          ///< enclosing loops of its allocation, outermost first
  bool local = false;                      ///< in the scratchpad or the accumulator
  bool loaded = false;                     ///< filled by a load from DRAM
  bool stored = false;                     ///< emptied by a store to DRAM
  std::int64_t banks = 0;                  ///< of its local memory
  std::vector<std::string> idle = {};      ///< of `loops`: those that none of its loads depends on
  std::vector<std::string> memories = {};  ///< that it could be in
  std::vector<std::string> fits = {};      ///< gene kinds, as for loops
};

/// A statement of a schedule.
struct StatementSite {
  std::string name;
  std::vector<std::string> loops;              ///< enclosing loops, outermost first
  bool next = false;                           ///< another statement follows in its block
  std::vector<std::string> arrays = {};        ///< that it accesses element by element
  std::vector<std::string> instructions = {};  ///< that could take its place: of its form, or known to do the same
  std::vector<std::string> fits = {};          ///< gene kinds, as for loops
};

/// A number that a statement computes.
struct ExpressionSite {
  std::string name;
  std::vector<std::string> fits = {};  ///< gene kinds, as for loops
};

/// The places of one schedule that genes can address, each list in program order.
struct Sites {
  bool tensorised = false;  ///< it calls array instructions
  std::vector<LoopSite> loops;
  std::vector<BufferSite> buffers;
  std::vector<StatementSite> statements;
  std::vector<ExpressionSite> expressions = {};
  std::vector<std::string> configurations = {};  ///< that a statement can set
};

}  // namespace exogene
