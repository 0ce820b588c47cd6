// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/app.hpp"

#include <iostream>

int main(int argc, char** argv) {
  return wardflow::wardctl::run(argc, argv, std::cin, std::cout, std::cerr);
}
