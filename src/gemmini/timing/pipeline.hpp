#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <vector>

#include "gemmini/accelerator.hpp"
#include "gemmini/timing/command.hpp"
#include "gemmini/timing/loop_streams.hpp"
#include "gemmini/timing/memory_system.hpp"

namespace exogene::gemmini {

/// The accelerator's clock: front end, reservation station, and the load, execute and store controllers, as events in
/// order of time. Commands are pushed in program order; each resource is used by one event at a time.
class Pipeline {
 public:
  Pipeline(const Accelerator& accelerator, const TimingParameters& parameters, MemorySystem& memory);

  /// Takes a command that the host offers at `time`; when it was accepted, which is later if the front end is full.
  std::uint64_t push(TimedCommand command, std::uint64_t time);

  /// Takes a hardware loop with all its commands, in program order. That takes the host no time.
  void push_loop(const std::vector<TimedCommand>& commands, std::uint64_t time);

  /// Does everything that happens before `time`.
  void advance(std::uint64_t time);

  /// The host uses the memory that loads wait for.
  void memory_used() { touch({Event::request}); }

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
  // More commands than come while one is alive, but for a preload without its compute.
  static constexpr std::size_t window = 1024;

  /// Of a command in the reservation station, what later ones are compared with.
  struct Live {
    std::uint64_t number = 0, complete = never;
    bool configures = false;
    LocalRange writes, reads[2];
  };

  struct Entries {  ///< of one queue of the reservation station
    std::uint32_t capacity = 0;
    std::vector<Live> live;              ///< not known to be complete, or complete lately
    std::deque<std::uint64_t> unissued;  ///< numbers, in order
    std::uint64_t last_issue = 0;
  };

  TimedCommand& at(std::uint64_t number) { return commands_[number % window]; }
  const TimedCommand& at(std::uint64_t number) const { return commands_[number % window]; }
  Entries& entries(Queue queue) { return entries_[static_cast<std::size_t>(queue)]; }
  const Entries& entries(Queue queue) const { return entries_[static_cast<std::size_t>(queue)]; }

  enum class Event : std::uint8_t { alloc, issue_execute, issue_load, issue_store, request, pass, row };
  static constexpr std::size_t events = 7;

  static bool conflict(const Live& young, const Live& old);
  static Event issue_event(Queue queue) {
    return queue == Queue::load ? Event::issue_load : queue == Queue::store ? Event::issue_store : Event::issue_execute;
  }
  std::uint64_t time_of(Event event) const;
  void happen(Event event, std::uint64_t time);
  /// Something happened that an event may have waited for. When it can happen, if that is known, is not changed by it.
  void unblock(Event event) {
    const auto place = static_cast<std::size_t>(event);
    if (times_[place] == never) stale_[place] = true;
  }
  /// The times of these events have to be found anew.
  void touch(std::initializer_list<Event> changed) {
    for (const auto event : changed) stale_[static_cast<std::size_t>(event)] = true;
  }

  // Each event: when it can happen next, and what it does.
  std::uint64_t alloc_time() const;
  void alloc(std::uint64_t time);
  std::uint64_t issue_time(Queue queue) const;
  void issue(Queue queue, std::uint64_t time);
  std::uint64_t request_time() const;
  void request(std::uint64_t time);
  std::uint64_t pass_time() const;
  void pass(std::uint64_t time);
  std::uint64_t row_time() const;
  void store_row(std::uint64_t time);

  std::uint64_t next_event() const;
  /// Gives the command its number, and a place among the last `window` ones.
  void remember(TimedCommand& command);
  Spent reason(const TimedCommand& command, Queue queue, std::uint64_t issued) const;
  void account(Spent spent, std::uint64_t until);
  std::uint64_t entry_time(Queue queue, std::uint64_t time) const;
  struct LoopChoice {
    std::uint64_t time = never;
    std::size_t loop = 0;
    Queue queue = Queue::load;
  };
  LoopChoice loop_choice() const;
  void enter(std::uint64_t number, std::uint64_t time);
  void finish(TimedCommand& command, std::uint64_t time);
  std::uint64_t after_dependencies(const TimedCommand& command) const;
  void end_pass();
  std::uint64_t feed();
  std::uint32_t bank(const LocalRange& range) const;
  std::uint64_t pop_time(std::uint64_t ordinal) const { return pops_[ordinal % window]; }

  const Accelerator& accelerator_;
  const int bus_bits_;
  const TimingParameters& parameters_;
  const std::uint32_t scratchpad_bank_rows_, accumulator_bank_rows_;
  MemorySystem& memory_;

  std::vector<TimedCommand> commands_{window};
  std::vector<std::array<std::uint16_t, most_entries>> dependencies_{window};
  std::vector<std::uint8_t> dependency_counts_ = std::vector<std::uint8_t>(window);
  std::uint64_t pushed_ = 0;
  std::deque<std::uint64_t> front_;  ///< numbers of commands without an entry; `never` stands for a hardware loop
  struct Loop {
    explicit Loop(const std::vector<TimedCommand>& commands) : streams(commands) {}
    LoopStreams streams;
    std::uint64_t arrive = 0;
  };
  std::deque<Loop> loops_;
  std::uint64_t last_alloc_ = 0;
  std::array<Entries, 3> entries_;
  std::uint64_t last_event_ = 0;
  std::array<std::uint64_t, events> times_{};  ///< when each event can happen next
  std::array<bool, events> stale_{true, true, true, true, true, true, true};

  Breakdown breakdown_;
  std::uint64_t accounted_ = 0;      ///< cycles before this one are in the breakdown
  Spent front_waits_ = Spent::host;  ///< what the front end last waited for

  // Loads.
  std::deque<std::uint64_t> loads_;     ///< issued, rows still to be requested
  std::uint64_t row_ = 0, offset_ = 0;  ///< of the first of them: what is requested next
  std::uint64_t last_request_ = 0, last_row_written_ = 0;
  std::vector<std::uint64_t> in_flight_;  ///< when the last requests came back, in a ring
  std::size_t next_in_flight_ = 0;
  std::vector<std::uint64_t> load_done_;  ///< when the last loads completed, in a ring
  std::size_t next_load_done_ = 0;
  std::vector<std::deque<Span>> bank_writes_;  ///< cycles in which loads write, for each scratchpad bank

  // Execution.
  std::deque<std::uint64_t> executes_;                                    ///< issued and not yet begun
  std::vector<std::uint64_t> pops_ = std::vector<std::uint64_t>(window);  ///< when the n-th issued one left its queue
  std::uint64_t issued_executes_ = 0, begun_executes_ = 0;
  bool streamed_ = false;      ///< the preload of the compute in front is in the array
  std::uint64_t preload_ = 0;  ///< its number
  std::uint64_t array_free_ = 0, results_done_ = 0;
  struct Pass {  ///< through the array, now
    bool active = false;
    std::uint64_t start = 0, end = 0;  ///< the end may still move
    LocalRange a, b;
    std::uint32_t a_rows = 0, b_rows = 0;
    std::uint64_t compute = never, next = never;  ///< numbers of the compute and of the preload that goes along
  };
  Pass pass_;
  std::vector<std::deque<Span>> bank_sums_;  ///< cycles of accumulations, for each accumulator bank

  // Stores.
  std::deque<std::uint64_t> stores_;
  std::uint64_t store_row_ = 0, store_ready_ = 0;
  std::vector<std::uint64_t> writer_rows_;  ///< when the writer took the last rows, in a ring
  std::size_t next_writer_row_ = 0;
  std::uint64_t writer_free_ = 0, last_ack_ = 0;
  std::vector<std::uint64_t> puts_;  ///< when the last writes were acknowledged, in a ring
  std::size_t next_put_ = 0;
};

}  // namespace exogene::gemmini
