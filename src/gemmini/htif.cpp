#include "gemmini/htif.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <stdexcept>

namespace exogene::gemmini {
namespace {

constexpr std::uint64_t proxy = 0, console = 1;           // devices
constexpr std::uint64_t put_character = 1;                // command of the console
constexpr std::uint64_t call_write = 64, call_exit = 93;  // numbers of Linux for RISC-V

}  // namespace

void Htif::serve() {
  std::uint64_t request = 0, nothing = 0;
  memory_.read(program_.tohost, &request, sizeof request);
  if (request == 0) return;
  const std::uint64_t device = request >> 56, command = request >> 48 & 0xff, payload = request << 16 >> 16;
  if (device == proxy && command == 0 && (payload & 1) != 0) throw Exited{payload >> 1};

  memory_.write(program_.tohost, &nothing, sizeof nothing);
  if (device == console && command == put_character) {
    std::putchar(static_cast<int>(payload & 0xff));
    return;  // without an answer
  }
  if (device != proxy || command != 0) {
    throw std::runtime_error(
        fmt::format("tohost {:#x} asks for command {} of device {}, which is not served", request, command, device));
  }
  // The call's number and arguments are in memory, and its result replaces the number.
  std::uint64_t words[4];
  if (!memory_.read(payload, words, sizeof words)) {
    throw std::runtime_error(fmt::format("tohost {:#x} names a system call outside memory", request));
  }
  const std::uint64_t result = system_call(words[0], {words[1], words[2], words[3]});
  memory_.write(payload, &result, sizeof result);
  const std::uint64_t answer = 1;
  memory_.write(program_.fromhost, &answer, sizeof answer);
}

std::uint64_t Htif::system_call(std::uint64_t number, const std::uint64_t (&arguments)[3]) {
  const auto failed = [](int error) { return static_cast<std::uint64_t>(-error); };
  if (number == call_exit) throw Exited{arguments[0]};
  if (number != call_write) return failed(ENOSYS);
  const auto& [file, buffer, bytes] = arguments;
  if (file != 1 && file != 2) return failed(EBADF);
  const std::byte* text = memory_.host(buffer, bytes);
  if (text == nullptr) return failed(EFAULT);
  return std::fwrite(text, 1, bytes, stdout);
}

}  // namespace exogene::gemmini
