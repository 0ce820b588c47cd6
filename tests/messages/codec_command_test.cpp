// SPDX-License-Identifier: Apache-2.0
// Proves: every command and answer survives; what is over a bound or unknown is refused by name.
// Method: the samples and random rows there and back; one field at a time over its bound.
#define BOOST_TEST_MODULE codec_command
#include "messages/codec.hpp"

#include "messages/limits.hpp"
#include "tests/messages/samples.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace wardflow;
using namespace wardflow::samples;

namespace {

constexpr std::uint32_t seed = 1'405;
constexpr std::size_t choice_word = 2;    // table, root pointer, then dryRun and the union
constexpr std::size_t directive_word = 8; // four words of root, two of the id

code read_back(const command& sent, command& got) {
  return read_command(encode_command(sent).view(), got);
}

/// Expects `reason`, and a result that was left alone.
void expect_refused(const words& message, code reason) {
  auto got = of(clock_accept{}, true);
  BOOST_TEST((read_command(view_of(message), got) == reason));
  BOOST_TEST((got == of(clock_accept{}, true)));
}

void expect_refused(const command_body& body, code reason) {
  expect_refused(words_of(encode_command(of(body)).view()), reason);
}

std::string random_text(std::mt19937_64& random) {
  static const std::string_view syllables[] = {"Chợ", " ", "Đầm", "quán", "-", "24/7", "Ủy", ","};
  std::string result;
  for (auto left = random() % 8; left != 0; --left)
    result += syllables[random() % std::size(syllables)];
  return result;
}

std::vector<venue_record> random_venues(std::mt19937_64& random, std::size_t count) {
  std::vector<venue_record> result(count);
  for (auto& v : result) {
    v.facts.id = venue_id{random()};
    v.facts.group = group_id{static_cast<std::uint32_t>(random())};
    v.facts.capacity = static_cast<std::uint32_t>(random());
    v.facts.opens = static_cast<std::uint16_t>(random());
    v.facts.closes = static_cast<std::uint16_t>(random());
    v.facts.kind = static_cast<category>(random() % static_cast<unsigned>(category::count_));
    v.name = random_text(random);
    v.address = random_text(random);
    v.phone = random_text(random);
  }
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_kind_of_command_survives) {
  BOOST_TEST(command_bodies().size() == std::variant_size_v<command_body>);
  for (const auto& [name, body] : command_bodies())
    for (auto dry_run : {false, true}) {
      command got;
      BOOST_REQUIRE_MESSAGE(read_back(of(body, dry_run), got) == code::ok, name);
      BOOST_TEST((got == of(body, dry_run)), name);
    }
}

BOOST_AUTO_TEST_CASE(imports_survive_up_to_their_bound_and_are_refused_past_it) {
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (auto count : {0u, 1u, 2u, 777u, limits::rows_per_command_max}) {
    auto sent = of(random_venues(random, count));
    command got;
    BOOST_REQUIRE(read_back(sent, got) == code::ok);
    BOOST_TEST((got == sent));
  }
  constexpr auto over = limits::rows_per_command_max + 1;
  expect_refused(std::vector<venue_record>(over), code::too_many_rows);
  expect_refused(std::vector<group_record>(over), code::too_many_rows);
  expect_refused(std::vector<level_update>(over), code::too_many_rows);
  expect_refused(std::vector<card_update>(over), code::too_many_rows);
  auto all = contact_list{*unit_code::parse("568"), std::vector<contact>(32)};
  command got;
  BOOST_TEST((read_back(of(all), got) == code::ok && got == of(all)));
  all.rows.emplace_back();
  expect_refused(all, code::too_many_contacts);
  expect_refused(contact_list{}, code::command_malformed); // whose?
}

BOOST_AUTO_TEST_CASE(card_facts_that_came_are_known) {
  command got;
  BOOST_REQUIRE(read_back(of(std::vector<card_update>(1)), got) == code::ok);
  BOOST_TEST(std::get<std::vector<card_update>>(got.body)[0].facts.known);
}

BOOST_AUTO_TEST_CASE(every_text_is_bounded_and_checked) {
  auto with = [](const std::string& text) {
    std::vector<command_body> all;
    query asked, of_a_name;
    asked.identity = of_a_name.by = text;
    level_update issued, documented;
    issued.issuer = documented.document = text;
    card_update named;
    named.identity = text;
    card_order ordered, identified;
    ordered.document = identified.identity = text;
    venue_record one, two, three;
    one.name = two.address = three.phone = text;
    device_add device;
    device.name = text;
    all = {asked,
           of_a_name,
           std::vector{issued},
           std::vector{level_update{}, documented},
           std::vector{named},
           ordered,
           identified,
           venue_order{venue_id{1}, false, text},
           std::vector{one},
           std::vector{two},
           std::vector{venue_record{}, three},
           std::vector{group_record{group_id{1}, text}},
           device,
           device_revoke{device_id{1}, text},
           contact_order{{text, "", ""}, false},
           contact_order{{"x", text, ""}, true},
           contact_list{*unit_code::parse("568"), {{"x", "", text}}},
           alert_order{"x", true, text}};
    return all;
  };
  for (const auto& body : with(std::string(limits::text_bytes_max, 'x'))) {
    command got;
    BOOST_TEST((read_back(of(body), got) == code::ok));
  }
  for (const auto& bad : {std::string(limits::text_bytes_max + 1, 'x'), std::string{"a\nb"},
                          std::string{"\xC0\x80"}, std::string{"a\0b", 3}})
    for (const auto& body : with(bad))
      expect_refused(body, code::command_malformed);
}

BOOST_AUTO_TEST_CASE(a_rulebook_is_a_page_of_at_most_256_kibibytes) {
  command got;
  auto text = std::string(limits::rulebook_bytes_max - 1, '\n') + "x";
  BOOST_TEST((read_back(of(rulebook_text{text}), got) == code::ok));
  BOOST_TEST((got == of(rulebook_text{text})));
  expect_refused(rulebook_text{text + "x"}, code::command_malformed);
  expect_refused(rulebook_text{"a\x02"}, code::command_malformed);
}

BOOST_AUTO_TEST_CASE(a_newer_clients_commands_are_unknown_and_not_malformed) {
  auto asked = words_of(encode_command(of(query{})).view());
  auto directive = words_of(encode_command(of(venue_order{})).view());
  for (auto choice : {13u, 14u, 0xffffu}) {
    auto message = asked;
    message[choice_word] |= std::uint64_t{choice} << 16;
    expect_refused(message, code::command_unknown);
  }
  for (auto choice : {5u, 0xffffu}) {
    auto message = directive;
    BOOST_TEST(message[directive_word] == 3u);
    message[directive_word] = choice;
    expect_refused(message, code::command_unknown);
  }
  for (auto what : {0u, 21u, 0xffffu}) {
    query q;
    q.what = static_cast<query_kind>(what);
    expect_refused(q, code::command_unknown);
  }
}

BOOST_AUTO_TEST_CASE(a_question_about_the_audit_log_says_of_when_and_whom) {
  query q;
  q.what = query_kind::audit_list;
  q.since = -2 * hour_ms;
  q.until = noon;
  q.by = "trực ban";
  q.check = true;
  q.after = 17;
  command got;
  BOOST_REQUIRE((read_back(of(q), got) == code::ok));
  BOOST_TEST((got == of(q)));
}

BOOST_AUTO_TEST_CASE(an_enumeration_out_of_range_is_malformed) {
  venue_record place;
  place.facts.kind = category::count_;
  expect_refused(std::vector{venue_record{}, place}, code::command_malformed);
  level_update level;
  level.scale = static_cast<risk_scale>(2);
  expect_refused(std::vector{level}, code::command_malformed);
}

BOOST_AUTO_TEST_CASE(a_command_says_for_whom_it_is_and_for_how_long) {
  auto sent = of(clock_accept{});
  sent.unit = *unit_code::parse("22366");
  sent.ttl = hour_ms;
  command got;
  BOOST_REQUIRE((read_back(sent, got) == code::ok));
  BOOST_TEST((got == sent));
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_none_and_a_time_to_live_below_zero_are_malformed) {
  auto sent = of(clock_accept{});
  sent.ttl = -1;
  expect_refused(words_of(encode_command(sent).view()), code::command_malformed);
  auto message = words_of(encode_command(of(clock_accept{})).view());
  message[choice_word] |= std::uint64_t{9} << 56; // nine digits
  expect_refused(message, code::command_malformed);
}

BOOST_AUTO_TEST_CASE(an_alerts_name_is_longer_than_other_texts) {
  command got;
  auto name = std::string(2 * limits::text_bytes_max, 'x');
  BOOST_TEST((read_back(of(alert_order{name, true, ""}), got) == code::ok));
  expect_refused(alert_order{name + "x", true, ""}, code::command_malformed);
}

BOOST_AUTO_TEST_CASE(ids_and_keys_have_their_exact_length) {
  auto message = words_of(encode_command(of(clock_accept{})).view());
  BOOST_TEST(message[4] == list_pointer(1, 2, 16));
  for (auto size : {0u, 15u}) {
    auto damaged = message;
    damaged[4] = list_pointer(1, 2, size);
    expect_refused(damaged, code::command_malformed);
  }
  expect_refused(framed({0}), code::command_malformed); // nothing set
  auto device = words_of(encode_command(of(device_add{})).view());
  auto key = std::find(device.begin(), device.end(), list_pointer(0, 2, 32));
  BOOST_REQUIRE(key != device.end());
  *key = list_pointer(0, 2, 31);
  expect_refused(device, code::command_malformed);
}

BOOST_AUTO_TEST_CASE(a_command_cut_anywhere_is_refused_whole) {
  for (const auto& [name, body] : command_bodies()) {
    auto whole = words_of(encode_command(of(body)).view());
    for (std::size_t kept = 1; kept + 1 < whole.size(); ++kept)
      expect_refused(framed({whole.begin() + 1, whole.begin() + 1 + static_cast<long>(kept)}),
                     code::command_malformed);
  }
}

BOOST_AUTO_TEST_CASE(answers_survive) {
  answer got;
  BOOST_REQUIRE(read_answer(encode_answer(listed()).view(), got) == code::ok);
  BOOST_TEST((got == listed()));
  BOOST_REQUIRE(read_answer(encode_answer({}).view(), got) == code::ok);
  BOOST_TEST((got == answer{}));
}

BOOST_AUTO_TEST_CASE(an_answer_too_long_for_a_frame_is_cut_and_says_that_there_is_more) {
  answer sent;
  sent.columns = {"id", "name", "address"};
  sent.rows.assign(limits::rows_per_command_max,
                   std::vector(3, std::string(limits::text_bytes_max, 'x')));
  auto message = encode_answer(sent);
  BOOST_TEST(message.size() <= limits::frame_bytes_max);
  BOOST_TEST(message.size() > limits::frame_bytes_max - 1'000); // filled, not just cut
  answer got;
  BOOST_REQUIRE(read_answer(message.view(), got) == code::ok);
  BOOST_TEST(got.more);
  BOOST_TEST(got.rows.size() > 4'000u);
  for (auto count : {limits::rows_per_command_max, limits::rows_per_command_max + 1}) {
    sent.rows.assign(count, {"x"});
    BOOST_REQUIRE(read_answer(encode_answer(sent).view(), got) == code::ok);
    BOOST_TEST(got.rows.size() == limits::rows_per_command_max);
    BOOST_TEST(got.more == (count > limits::rows_per_command_max));
  }
}

BOOST_AUTO_TEST_CASE(what_a_node_says_can_always_be_read) {
  answer sent;
  sent.detail = std::string(1'000, '\n');
  sent.facts.assign(answer_facts_max + 5, {"a\tb", "\xff"});
  sent.columns.assign(answer_columns_max + 5, std::string(400, 'c'));
  sent.rows.assign(2, std::vector<std::string>(answer_columns_max + 5, "\x7f"));
  answer got;
  BOOST_REQUIRE(read_answer(encode_answer(sent).view(), got) == code::ok);
  BOOST_TEST(got.detail == std::string(limits::text_bytes_max, '?'));
  BOOST_TEST(got.facts.size() == answer_facts_max);
  BOOST_TEST((got.facts[0] == std::pair<std::string, std::string>{"a?b", "?"}));
  BOOST_TEST(got.columns.size() == answer_columns_max);
  BOOST_TEST(got.rows[1].size() == answer_columns_max);
  BOOST_TEST(!got.more);
}
