#include "eval/features.hpp"

namespace exogene {

const std::vector<std::string>& feature_names() {
  static const std::vector<std::string> names{"config_ex",
                                              "config_ld",
                                              "config_st",
                                              "mvin",
                                              "mvin2",
                                              "mvin3",
                                              "mvout",
                                              "preload",
                                              "compute_preloaded",
                                              "compute_accumulated",
                                              "macs",
                                              "loaded_bytes",
                                              "loaded_rows",
                                              "stored_bytes",
                                              "stored_rows",
                                              "iterations",
                                              "guards",
                                              "scalars",
                                              "mentions",
                                              "statements",
                                              "calls",
                                              "scratchpad_rows",
                                              "accumulator_rows",
                                              "banked_buffers",
                                              "clashes",
                                              "early_loads",
                                              "late_loads",
                                              "ahead_loads",
                                              "late_stores",
                                              "turns",
                                              "array_cycles",
                                              "dma_cycles",
                                              "store_cycles",
                                              "host_cycles",
                                              "slowest"};
  return names;
}

}  // namespace exogene
