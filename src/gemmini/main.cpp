#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "gemmini/program.hpp"
#include "gemmini/protocol.hpp"

int main(int argc, char** argv) {
  CLI::App app{
      "Runs RISC-V programs with Gemmini instructions. Given a program, runs it to its end. Without one, reads one "
      "JSON request a line from standard input and writes one JSON reply a line to standard output, until end of "
      "file."};
  app.set_version_flag(
      "--version", std::string("gemmini-sim model ") + exogene::gemmini::model_version + ", spike " + SPIKE_VERSION);
  std::string elf;
  std::uint64_t instructions = 10'000'000'000;
  auto* program = app.add_option("program", elf, "Bare-metal program (ELF) with symbols tohost and fromhost");
  app.add_option("--instructions", instructions, "That the program may retire before it counts as hung")
      ->needs(program)
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!elf.empty()) return exogene::gemmini::run_program(elf, instructions);

  exogene::gemmini::Protocol protocol;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << protocol.answer(line) << std::endl;
    if (!std::cout) return 1;
  }
  return 0;
}
