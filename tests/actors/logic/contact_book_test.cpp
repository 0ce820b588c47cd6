// SPDX-License-Identifier: Apache-2.0
// Proves: a contact is set, replaced and removed, once a name in its unit; a dry run changes
//         nothing; what is no name or phone is refused, and so are too many; a list of a unit above
//         is all of it; a book comes back from its rows, and damaged rows do not.
// Method: one book; each mistake alone; rows as a disk would keep them.
#define BOOST_TEST_MODULE contact_book
#include "actors/logic/contact_book.hpp"

#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

using namespace wardflow;

namespace {

const auto ward = *unit_code::parse("22366");
const auto city = *unit_code::parse("568");

contact_order set(std::string name, std::string phone = "0258 3822 120", std::string note = {}) {
  return {{std::move(name), std::move(phone), std::move(note)}, false};
}

contact_order gone(std::string name) {
  return {{std::move(name), {}, {}}, true};
}

std::string text_of(const contact_book& book, unit_code unit) {
  std::string out;
  for (auto& c : book.of(unit))
    out += c.name + "=" + c.phone + (c.note.empty() ? "" : " (" + c.note + ")") + ";";
  return out;
}

code tried(contact c) {
  contact_book book;
  return book.order(ward, {std::move(c), false}, false);
}

using disk = std::map<std::string, std::vector<std::byte>>;

disk rows_of(const contact_book& book) {
  disk rows;
  book.each_row(state_table::ward,
                [&](saved_row row) { rows.emplace(std::move(row.key), std::move(row.value)); });
  return rows;
}

bool loads(const std::string& key, const std::vector<std::byte>& value) {
  contact_book book;
  return book.load(key, value);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_contact_is_set_replaced_and_removed) {
  contact_book book;
  BOOST_TEST((book.order(ward, set("Trực ban"), false) == code::done));
  BOOST_TEST((book.order(ward, set("Công an", "113", "đêm"), false) == code::done));
  BOOST_TEST(text_of(book, ward) == "Công an=113 (đêm);Trực ban=0258 3822 120;");
  BOOST_TEST((book.order(ward, set("Trực ban"), false) == code::already_so));
  BOOST_TEST((book.order(ward, set("Trực ban", "115"), false) == code::done));
  BOOST_TEST((book.order(ward, set("Công an", "113"), false) == code::done)); // without its note
  BOOST_TEST(text_of(book, ward) == "Công an=113;Trực ban=115;");
  BOOST_TEST((book.order(city, set("Trực ban", "1022"), false) == code::done)); // another unit's
  BOOST_TEST((book.order(ward, gone("Trực ban"), false) == code::done));
  BOOST_TEST((book.order(ward, gone("Trực ban"), false) == code::not_found));
  BOOST_TEST(text_of(book, ward) == "Công an=113;");
  BOOST_TEST(text_of(book, city) == "Trực ban=1022;");
  BOOST_TEST((book.order(ward, gone("Công an"), false) == code::done));
  BOOST_TEST(book.all().size() == 1u);
  BOOST_TEST(book.save(state_table::ward, ward).erase);
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_what_would_be_and_changes_nothing) {
  contact_book book;
  BOOST_REQUIRE(book.order(ward, set("A"), false) == code::done);
  auto before = rows_of(book);
  BOOST_TEST((book.order(ward, set("B"), true) == code::done));
  BOOST_TEST((book.order(ward, set("A", "115"), true) == code::done));
  BOOST_TEST((book.order(ward, gone("A"), true) == code::done));
  BOOST_TEST((book.order(ward, gone("B"), true) == code::not_found));
  BOOST_TEST((book.order(ward, set("A"), true) == code::already_so));
  BOOST_TEST((book.order(ward, set("B", "no"), true) == code::contact_malformed));
  BOOST_TEST((book.put({city, {{"A", "115", ""}}}, true) == code::done));
  BOOST_TEST((rows_of(book) == before));
}

BOOST_AUTO_TEST_CASE(what_is_no_name_or_phone_is_refused) {
  for (auto* phone : {"113", "0258 3822 120", "+84 (258) 3822.120", "1900-9095 / 1022"})
    BOOST_TEST((tried({"A", phone, ""}) == code::done), phone);
  for (auto* phone : {"", "11", "   ", "0258x3822", "trực ban", "0258\n3822", "1,1,3", "٣٣٣"})
    BOOST_TEST((tried({"A", phone, ""}) == code::contact_malformed), phone);
  auto digits = [](std::size_t n) { return std::string(n, '1'); };
  BOOST_TEST((tried({"A", digits(limits::phone_bytes_max), ""}) == code::done));
  BOOST_TEST((tried({"A", digits(limits::phone_bytes_max + 1), ""}) == code::contact_malformed));
  auto text = [](std::size_t n) { return std::string(n, 'x'); };
  BOOST_TEST((tried({text(limits::contact_name_bytes_max), "113", ""}) == code::done));
  for (auto& name : {std::string{}, std::string{" A"}, std::string{"A "}, std::string{"a\nb"},
                     std::string{"a\0b", 3}, text(limits::contact_name_bytes_max + 1)})
    BOOST_TEST((tried({name, "113", ""}) == code::contact_malformed), name);
  BOOST_TEST((tried({"A", "113", text(limits::text_bytes_max)}) == code::done));
  BOOST_TEST((tried({"A", "113", text(limits::text_bytes_max + 1)}) == code::contact_malformed));
  BOOST_TEST((tried({"A", "113", "a\nb"}) == code::contact_malformed));
}

BOOST_AUTO_TEST_CASE(a_unit_has_so_many_and_a_known_one_can_still_be_changed) {
  contact_book book;
  for (std::uint32_t i = 0; i != limits::contacts_per_unit_max; ++i)
    BOOST_REQUIRE(book.order(ward, set("A" + std::to_string(i)), false) == code::done);
  BOOST_TEST((book.order(ward, set("B"), false) == code::too_many_contacts));
  BOOST_TEST((book.order(ward, set("A7", "115"), false) == code::done));
  BOOST_TEST((book.order(ward, gone("A7"), false) == code::done));
  BOOST_TEST((book.order(ward, set("B"), false) == code::done));
  for (std::uint32_t unit = 0; unit != contact_book::units_max - 1; ++unit)
    BOOST_REQUIRE(book.put({*unit_code::parse(std::to_string(560 + unit)), {{"A", "113", ""}}},
                           false) == code::done);
  BOOST_TEST(
    (book.put({*unit_code::parse("599"), {{"A", "113", ""}}}, false) == code::too_many_contacts));
}

BOOST_AUTO_TEST_CASE(a_list_is_all_of_its_unit) {
  contact_book book;
  contact a{"A", "113", ""}, b{"B", "114", "đêm"}, c{"C", "115", ""};
  BOOST_TEST((book.put({city, {a, b}}, false) == code::done));
  BOOST_TEST((book.put({city, {a, b}}, false) == code::already_so));
  BOOST_TEST((book.put({city, {b, c}}, false) == code::done));
  BOOST_TEST(text_of(book, city) == "B=114 (đêm);C=115;");
  for (auto& rows : {std::vector{b, a}, std::vector{a, a}, std::vector{a, contact{"B", "", ""}}})
    BOOST_TEST((book.put({city, rows}, false) == code::contact_malformed));
  BOOST_TEST((book.put({city, {}}, false) == code::done));
  BOOST_TEST((book.put({city, {}}, false) == code::already_so));
  BOOST_TEST(book.all().empty());
}

BOOST_AUTO_TEST_CASE(a_book_comes_back_from_its_rows_and_its_hash_says_what_is_in_it) {
  contact_book book, again;
  BOOST_TEST((book.state_hash() == contact_book{}.state_hash()));
  BOOST_REQUIRE(book.order(ward, set("Trực ban", "113", "đêm"), false) == code::done);
  auto one = book.state_hash();
  BOOST_REQUIRE(book.put({city, {{"A", "114", ""}, {"B", "115", ""}}}, false) == code::done);
  BOOST_TEST((book.state_hash() != one));
  auto rows = rows_of(book);
  BOOST_TEST(rows.size() == 2u);
  for (auto& [key, value] : rows)
    BOOST_REQUIRE(again.load(key, value));
  BOOST_TEST((again.all() == book.all()));
  BOOST_TEST((again.state_hash() == book.state_hash()));
  contact_book moved; // the same contact, published by another unit
  BOOST_REQUIRE(moved.order(city, set("Trực ban", "113", "đêm"), false) == code::done);
  BOOST_TEST((moved.state_hash() != one));
}

BOOST_AUTO_TEST_CASE(a_damaged_row_is_not_taken) {
  contact_book book;
  BOOST_REQUIRE(book.put({city, {{"A", "114", ""}, {"B", "115", "x"}}}, false) == code::done);
  auto [key, value] = *rows_of(book).begin();
  BOOST_TEST(loads(key, value));
  BOOST_TEST(!loads("contacts/", value));
  BOOST_TEST(!loads("contacts/9", value));
  BOOST_TEST(!loads("group/568", value));
  for (std::size_t size = 0; size != value.size(); ++size)
    BOOST_TEST(!loads(key, {value.begin(), value.begin() + static_cast<std::ptrdiff_t>(size)}));
  auto longer = value;
  longer.push_back({});
  BOOST_TEST(!loads(key, longer));
  auto newer = value;
  newer[0] = std::byte{2};
  BOOST_TEST(!loads(key, newer));
  auto twice = value; // both of one name
  *std::ranges::find(twice, std::byte{'B'}) = std::byte{'A'};
  BOOST_TEST(!loads(key, twice));
}
