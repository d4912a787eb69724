#pragma once
#include <doctest/doctest.h>

#include "genome/alphabet.hpp"
#include "genome/genome.hpp"
#include "genome/sites.hpp"
#include "operators/random.hpp"

namespace exogene {

inline const Alphabet& alphabet() {
  static const auto loaded = Alphabet::load(EXOGENE_SOURCE_DIR "/src/genome/alphabet.yaml");
  return loaded;
}

/// The stream of one slot; everything else is fixed.
inline Random random_of(std::uint32_t slot) {
  return Random({2024, 1, 3, slot, 5});
}

/// The sites, each one fit for what the Exo service would say that it is: in outline.
inline Sites with_fits(Sites sites) {
  for (auto& loop : sites.loops) {
    loop.fits = {"remove_loop", "divide_with_recompute", "join_loops"};
    if (!loop.loops.empty()) loop.fits.emplace_back("lift_loop");
    if (loop.next) loop.fits.emplace_back("fuse");
    if (loop.extent > 1) loop.fits.emplace_back("keep_weights");
  }
  for (auto& buffer : sites.buffers) {
    buffer.fits = {"rearrange_dim", "divide_dim", "mult_dim", "unroll_buffer", "sink_alloc", "delete_buffer"};
    buffer.memories = {"DRAM", "DRAM_STATIC"};
    if (!buffer.local) buffer.fits.emplace_back("set_precision");
    if (buffer.local) buffer.fits.insert(buffer.fits.end(), {"double_buffer", "alternate", "merge_accumulators"});
    if (buffer.loaded) buffer.fits.insert(buffer.fits.end(), {"hoist", "spread", "delay", "wide_loads"});
    if (buffer.loaded && !buffer.loops.empty()) buffer.idle = {buffer.loops.front()};
    if (buffer.stored)
      buffer.fits.insert(buffer.fits.end(), {"overwrite", "interleave_stores", "wide_stores", "split_accumulator"});
  }
  for (auto& statement : sites.statements) {
    if (!statement.next) continue;
    for (const auto* kind : {"fission", "autofission", "reorder_stmts", "add_loop", "lift_scope", "eliminate_dead_code",
                             "merge_writes", "split_write", "fold_into_reduce", "inline_assign", "lift_reduce_constant",
                             "inline_window", "replace", "call_eqv", "fuse_guards", "sink"})
      statement.fits.emplace_back(kind);
    statement.arrays = {"A", "C"};
    statement.instructions = {"mvin2", "mvin3"};
  }
  for (const auto* name : {"C=.0", "C=.1"})
    sites.expressions.push_back({name, {"commute_expr", "left_reassociate_expr", "bind_expr"}});
  return sites;
}

/// A matmul of 64 x 96 x 128 before tensorise.
inline Sites naive_sites() {
  return with_fits({false,
                    {{"i", 64, {}, true, false}, {"j", 96, {"i"}, false, false}, {"k", 128, {"i", "j"}, false, false}},
                    {{"res", {}, {"i", "j"}, false, false}},
                    {{"i", {}, false},
                     {"j", {"i"}, false},
                     {"res=", {"i", "j"}, true},
                     {"k", {"i", "j"}, true},
                     {"res+=", {"i", "j", "k"}, false},
                     {"C=", {"i", "j"}, false}},
                    {},
                    {}});
}

/// Much like a matmul after tensorise: io, joo and, inside them one behind the other, the loops joi, koo, joi#2 and
/// joi#3, with the nest koi, joi#1 in koo. Behind them a nest k, p, t, of which t has an unknown extent.
inline Sites array_sites() {
  return with_fits({true,
                    {{"io", 4, {}, true, false},
                     {"joo", 2, {"io"}, false, false},
                     {"joi", 4, {"io", "joo"}, false, false},
                     {"koo", 6, {"io", "joo"}, false, false},
                     {"koi", 2, {"io", "joo", "koo"}, true, false},
                     {"joi#1", 4, {"io", "joo", "koo", "koi"}, false, false},
                     {"joi#2", 4, {"io", "joo"}, false, true},
                     {"joi#3", 4, {"io", "joo"}, false, false},
                     {"k", 1, {}, true, false},
                     {"p", 12, {"k"}, true, false},
                     {"t", 0, {"k", "p"}, false, false}},
                    {{"res", {4, 16, 16}, {"io", "joo"}, true, false, true, 2},
                     {"a", {2, 16, 16}, {"io", "joo", "koo"}, true, true, false, 4},
                     {"b", {4, 16, 16}, {"io", "joo", "koo", "koi"}, true, true, false, 4},
                     {"b#1", {4, 16, 16}, {"io", "joo", "koo", "koi"}, true, true, false, 4},
                     {"b#2", {4, 16, 16}, {"io", "joo", "koo", "koi"}, true, true, false, 4},
                     {"s", {}, {}, false, false},
                     {"pair", {8, 0}, {"k"}, false, false, true}},
                    {{"config_st", {}, true},
                     {"io", {}, true},
                     {"joo", {"io"}, false},
                     {"joi", {"io", "joo"}, true},
                     {"zero_acc", {"io", "joo", "joi"}, false},
                     {"mvin2", {"io", "joo", "koo"}, true},
                     {"mvin3", {"io", "joo", "koo", "koi"}, true},
                     {"matmul_acc", {"io", "joo", "koo", "koi", "joi#1"}, false},
                     {"mvout", {"io", "joo", "joi#2"}, false},
                     {"C+=#1", {"k", "p", "t"}, true}},
                    {},
                    {}});
}

}  // namespace exogene
