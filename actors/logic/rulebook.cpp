// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/rulebook.hpp"

#include <algorithm>
#include <utility>

namespace wardflow {

code rulebook_shelf::fits(const rulebook& book) const {
  assert(book.version != 0);
  for (const auto& held : books_) {
    if (held->version == book.version && held->text == book.text)
      return code::already_so;
    if (held->version == book.version || held->effective_from == book.effective_from)
      return code::rulebook_overlaps;
  }
  if (books_.size() == books_per_shelf_max)
    return code::too_many_rows;
  auto at = std::upper_bound(starts_.begin(), starts_.end(), book.effective_from);
  auto next = books_.begin() + (at - starts_.begin());
  if (next != books_.begin() && (*std::prev(next))->version > book.version)
    return code::rulebook_older;
  if (next != books_.end() && (*next)->version < book.version)
    return code::rulebook_older;
  return code::done;
}

code rulebook_shelf::add(rulebook book, time_ms as_of) {
  if (auto problem = fits(book); problem != code::done)
    return problem;
  auto at = std::upper_bound(starts_.begin(), starts_.end(), book.effective_from);
  auto next = books_.begin() + (at - starts_.begin());
  book.as_of = as_of;
  starts_.insert(at, book.effective_from);
  books_.insert(next, std::make_unique<const rulebook>(std::move(book)));
  return code::done;
}

const rulebook* rulebook_shelf::find(std::uint32_t version) const {
  for (const auto& book : books_)
    if (book->version == version)
      return book.get();
  return nullptr;
}

} // namespace wardflow
