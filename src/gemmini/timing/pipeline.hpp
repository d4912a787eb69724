#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "gemmini/accelerator.hpp"
#include "gemmini/timing/command.hpp"
#include "gemmini/timing/loop_streams.hpp"
#include "gemmini/timing/memory_system.hpp"
#include "gemmini/timing/ring.hpp"

namespace exogene::gemmini {

/// The commands wait for each other, on the hardware too.
class Deadlock : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The accelerator's clock: front end, reservation station, and the load, execute and store controllers, as events in
/// order of time. Commands are pushed in program order; each resource is used by one event at a time.
class Pipeline {
 public:
  Pipeline(const Accelerator& accelerator, MemorySystem& memory);

  /// Takes a command that the host offers at `time`; when it was accepted, which is later if the front end is full.
  std::uint64_t push(const TimedCommand& command, std::uint64_t time);

  /// Takes a hardware loop with all its commands, in program order. That takes the host no time.
  void push_loop(const std::vector<TimedCommand>& commands, std::uint64_t time);

  /// Does everything that happens before `time`.
  void advance(std::uint64_t time);

  /// The host uses the memory that loads wait for.
  void memory_used() { touch(Event::request); }

  /// Does everything; when nothing is left to do, memory acknowledgements included.
  std::uint64_t drain();

  /// What the array did until `time`, which must not be before the last event.
  const Breakdown& breakdown(std::uint64_t time);

  /// Called with the start and end of each pass through the array.
  std::function<void(std::uint64_t, std::uint64_t)> passed;
  /// Called with each command when its completion is known.
  std::function<void(const TimedCommand&)> completed;

 private:
  using Span = std::pair<std::uint64_t, std::uint64_t>;  ///< [from, to) in cycles
  using Place = std::uint8_t;                            ///< of a command in the reservation station
  using PlaceRing = FixedRing<Place, most_entries>;
  static constexpr Place nowhere = 0xff;
  static constexpr std::uint32_t no_bank = ~std::uint32_t{0};

  /// Rows [first, end) of the local memories: those of the accumulator are behind those of the scratchpad.
  struct Rows {
    std::uint32_t first = 0, end = 0;
  };
  struct Uses {
    Rows writes, reads[2];
  };

  /// A command in the reservation station, and how it hangs together with the others there.
  struct Entry {
    TimedCommand command;
    Uses uses;
    std::uint32_t waiting = 0;                        ///< places of the commands that wait for this one, a bit each
    std::uint32_t waits_for = 0;                      ///< commands whose completion is not known yet
    std::uint64_t ready = 0;                          ///< after the known completions of those it waited for
    std::uint64_t after_loads = 0, after_stores = 0;  ///< the same, of loads and of stores alone
  };

  struct Places {  ///< of one queue of the reservation station
    std::uint32_t first = 0, end = 0;
    std::uint32_t next = 0;  ///< the place to take next, if it is free
    PlaceRing unissued;      ///< in order: when they issue is not known yet
    std::uint64_t last_issue = 0;
    std::uint32_t mask = 0;  ///< a bit for each place
  };

  TimedCommand& at(Place place) { return entries_[place].command; }
  const TimedCommand& at(Place place) const { return entries_[place].command; }
  Places& places(Queue queue) { return places_[static_cast<std::size_t>(queue)]; }
  const Places& places(Queue queue) const { return places_[static_cast<std::size_t>(queue)]; }

  struct BankRead {  ///< of the scratchpad by a pass
    std::uint32_t bank = 0, rows = 0;
  };

  enum class Event : std::uint8_t { alloc, issue_load, request, pass, row };
  static constexpr std::size_t events = 5;

  static std::uint32_t bit(Event event) { return 1U << static_cast<unsigned>(event); }
  std::uint64_t& time_at(Event event) { return times_[static_cast<std::size_t>(event)]; }
  Event first_event();
  void happen(Event event, std::uint64_t time, std::uint64_t until);
  void wait_for_front();
  [[noreturn]] void throw_deadlock() const;
  /// Something happened that an event may have waited for. When it can happen, if that is known, is not changed by it.
  void unblock(Event event) {
    if (time_at(event) == never) touch(event);
  }
  /// The time of this event has to be found anew.
  void touch(Event event) { stale_ |= bit(event); }

  // Each event: when it can happen next, and what it does.
  std::uint64_t alloc_time() const;
  void alloc(std::uint64_t time);
  std::uint64_t request_time() const;
  void requests(std::uint64_t time, std::uint64_t until);
  bool request(std::uint64_t time);
  std::uint64_t pass_time() const;
  void pass(std::uint64_t time);
  std::uint64_t row_time() const;
  std::uint64_t sums_done(std::uint32_t bank, std::uint64_t time) const;
  void store_row(std::uint64_t time);

  std::uint64_t issue_time(Queue queue) const;
  void issue_known(Queue queue);
  void issue(Queue queue, std::uint64_t time);
  static Spent reason(const Entry& entry, Queue queue, std::uint64_t issued);
  void account(Spent spent, std::uint64_t until);
  std::uint64_t entry_time(Queue queue, std::uint64_t time) const;
  struct LoopChoice {
    std::uint64_t time = never;
    std::size_t loop = 0;
    Queue queue = Queue::load;
  };
  LoopChoice loop_choice() const;
  void enter(const TimedCommand& command, std::uint64_t time);
  static bool depends(const Entry& young, const Entry& old);
  static Uses uses_of(const Facts& facts);
  static void settle(Entry& young, const TimedCommand& old);
  void finish(Place place, std::uint64_t time);
  void end_pass();
  void read_bank(const LocalRange& range, std::uint32_t rows);
  std::uint64_t read_end();
  void write_bank(std::uint64_t from, std::uint64_t to);
  std::uint32_t bank(const LocalRange& range) const {
    return range.first / (range.accumulator ? accumulator_bank_rows_ : scratchpad_bank_rows_);
  }
  std::uint64_t pop_time(std::uint64_t ordinal) const { return pops_[ordinal % pops_.size()]; }

  const Accelerator& accelerator_;
  const int bus_bits_, dim_bits_;
  const TimingParameters& parameters_;
  const std::uint32_t scratchpad_bank_rows_, accumulator_bank_rows_;
  MemorySystem& memory_;

  std::array<Entry, most_entries> entries_;
  std::array<std::uint64_t, most_entries> completes_{};  ///< a place is free after it
  std::uint32_t known_ = ~std::uint32_t{0};              ///< places with a known completion, a bit each
  std::uint32_t busy_ = 0;  ///< places of all that a command may have to wait for, and of some that are complete
  std::array<Places, 3> places_;
  Ring<TimedCommand> front_;  ///< without a place; one of Kind::loop_ws stands for any hardware loop
  struct Loop {
    Loop(const std::vector<TimedCommand>& commands, const LoopStreams* before) : streams(commands, before) {}
    LoopStreams streams;
    std::uint64_t arrive = 0;
  };
  std::deque<Loop> loops_;
  std::uint64_t last_alloc_ = 0, last_completion_ = 0;
  std::uint64_t last_event_ = 0;
  std::array<std::uint64_t, events> times_{};  ///< when each event can happen next
  std::uint32_t stale_ = (1U << events) - 1;   ///< events whose time is not known, a bit each

  Breakdown breakdown_;
  std::uint64_t accounted_ = 0;      ///< cycles before this one are in the breakdown
  Spent front_waits_ = Spent::host;  ///< what the front end last waited for

  // Loads.
  PlaceRing loads_;                     ///< issued, rows still to be requested
  std::uint64_t row_ = 0, offset_ = 0;  ///< of the first of them: what is requested next
  std::uint32_t load_bank_ = 0;         ///< of the scratchpad, that it writes, or no_bank
  std::uint64_t last_request_ = 0, last_row_written_ = 0;
  std::vector<std::uint64_t> in_flight_;  ///< when the last requests came back, in a ring
  std::size_t next_in_flight_ = 0;
  std::vector<std::uint64_t> load_done_;  ///< when the last loads completed, in a ring
  std::size_t next_load_done_ = 0;
  std::vector<Ring<Span>> bank_writes_;  ///< cycles in which loads write, for each scratchpad bank

  // Execution.
  PlaceRing executes_;                    ///< issued and not yet begun
  std::array<std::uint64_t, 64> pops_{};  ///< when the n-th issued one left its queue
  std::uint64_t issued_executes_ = 0, begun_executes_ = 0;
  bool streamed_ = false;    ///< the preload of the compute in front is in the array
  Place preload_ = nowhere;  ///< where it is
  std::uint64_t array_free_ = 0, results_done_ = 0;
  struct Pass {  ///< through the array, now
    bool active = false;
    std::uint64_t start = 0, end = 0;  ///< the end may still move
    std::uint32_t a_rows = 0, b_rows = 0;
    BankRead reads[2];
    std::uint32_t banks = 0;
    Place compute = nowhere, next = nowhere;  ///< of the compute and of the preload that goes along
  };
  Pass pass_;
  std::vector<Ring<Span>> bank_sums_;  ///< cycles of accumulations, for each accumulator bank

  // Stores.
  PlaceRing stores_;
  std::uint64_t store_row_ = 0, store_ready_ = 0;
  std::vector<std::uint64_t> writer_rows_;  ///< when the writer took the last rows, in a ring
  std::size_t next_writer_row_ = 0;
  std::uint64_t writer_free_ = 0, last_ack_ = 0;
  std::vector<std::uint64_t> puts_;  ///< when the last writes were acknowledged, in a ring
  std::size_t next_put_ = 0;
};

}  // namespace exogene::gemmini
