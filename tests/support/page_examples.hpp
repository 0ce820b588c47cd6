// SPDX-License-Identifier: Apache-2.0
// The console examples of a page of docs/, and whether what a command gave is what the page shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wardflow::test {

struct page_example {
  std::string command;
  std::vector<std::string> output; // lines; `…` stands for anything, alone on a line for any lines
  std::string codes = "0";         // the digits that it may end with: `# exit code 0/1`
};

/// Of the blocks that begin with ```console: each `$ ` line with the lines below it.
[[nodiscard]] std::vector<page_example> page_examples(const std::string& file);

/// Does a line, do lines fit their patterns?
[[nodiscard]] bool fits(std::string_view line, std::string_view pattern);
[[nodiscard]] bool fit(const std::vector<std::string>& lines,
                       const std::vector<std::string>& patterns);

} // namespace wardflow::test
