#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "gemmini/protocol.hpp"

int main(int argc, char** argv) {
  CLI::App app{
      "Runs RISC-V programs with Gemmini instructions. Reads one JSON request a line from standard input and "
      "writes one JSON reply a line to standard output, until end of file."};
  app.set_version_flag(
      "--version", std::string("gemmini-sim model ") + exogene::gemmini::model_version + ", spike " + SPIKE_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }

  exogene::gemmini::Protocol protocol;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << protocol.answer(line) << std::endl;
    if (!std::cout) return 1;
  }
  return 0;
}
