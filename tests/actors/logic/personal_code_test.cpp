// SPDX-License-Identifier: Apache-2.0
// Proves: a code is a person's exactly when it is whole; every other one gets its own reason.
// Method: published samples, the project's mask vectors, and each form cut and damaged.
#define BOOST_TEST_MODULE personal_code
#include "actors/logic/personal_code.hpp"
#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <new>
#include <string>
#include <utility>
#include <vector>

#ifndef WARDFLOW_SOURCE_DIR
#define WARDFLOW_SOURCE_DIR "."
#endif

using namespace wardflow;
using namespace std::literals;

namespace {

const std::string national = "001093029317|NGUYEN VAN A|1987-01-18|0|162979388586171100|<1<00<0123";
const std::string chip = "001098012345|012345678|NGUYỄN VĂN B|15081998|Nữ|Số 1, Hà Nội|25052021";
const std::string insurance = "HS4010120878821|4e677579|01/01/1990|1|56 - 001|";

std::string text_of(const std::optional<stable_key>& key) {
  return key ? std::string{key->text()} : ""s;
}

/// `problem` as a number, or both keys: what a check prints when it fails.
std::string result_of(std::string_view raw) {
  auto parsed = parse_personal_code(raw);
  if (parsed.problem != code::ok)
    return std::to_string(static_cast<unsigned>(parsed.problem));
  return text_of(parsed.primary) + " " + text_of(parsed.linked);
}

std::string refusal(code problem) {
  return std::to_string(static_cast<unsigned>(problem));
}

void check(const std::string& text, const std::string& expected) {
  BOOST_TEST_CONTEXT("code <" << text << ">") {
    BOOST_TEST(result_of(text) == expected);
  }
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  auto at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::optional<nlohmann::json> shared_samples() {
  const char* folder = std::getenv("WARDFLOW_DATA");
  std::ifstream file{(folder ? std::string{folder} : WARDFLOW_SOURCE_DIR "/../shared/data"s) +
                     "/qr_samples.json"};
  if (!file)
    return std::nullopt;
  return nlohmann::json::parse(file);
}

} // namespace

BOOST_AUTO_TEST_CASE(published_samples_are_persons_or_have_their_own_reason) {
  auto samples = shared_samples();
  if (!samples) {
    std::cout << "SKIP: qr_samples.json is neither in $WARDFLOW_DATA nor in ../shared/data\n";
    BOOST_TEST_MESSAGE("skipped: no qr_samples.json");
    const char* ci = std::getenv("CI");
    BOOST_TEST((!ci || ci != "true"sv), "with CI=true the samples must be there");
    return;
  }
  const std::map<std::string, code> reasons{
    {"tokhaiyte_venue", code::code_other_system},
    {"pccovid_venue_web", code::code_other_system},
    {"hcmc_kbyt_venue", code::code_other_system},
    {"uk_nhs_venue", code::code_other_system},
    {"nz_covid_tracer_venue", code::code_other_system},
    {"cwa_event", code::code_other_system},
    {"vietqr_static", code::code_payment},
    {"vietqr_dynamic", code::code_payment},
    {"vnpay", code::code_payment},
    {"cccd_chip", code::code_unknown_form}, // its invalid sample is some page's address
  };
  std::size_t persons = 0;
  for (const auto& sample : samples->at("samples")) {
    auto kind = sample.at("kind").get<std::string>();
    auto result = result_of(sample.at("payload").get<std::string>());
    BOOST_TEST_CONTEXT(sample.at("payload")) {
      if (sample.at("valid") && kind == "pc_covid_personal") {
        const auto& expect = sample.at("expect");
        BOOST_TEST(result == "qid:" + expect.at("QID").get<std::string>() +
                               " id:" + expect.at("SoGiayTo").get<std::string>());
        ++persons;
      } else if (sample.at("valid") && kind == "cccd_chip") {
        BOOST_TEST(result == "id:" + sample.at("expect").at("id").get<std::string>() + " ");
        ++persons;
      } else {
        BOOST_TEST(result == refusal(reasons.at(kind)));
      }
    }
  }
  BOOST_TEST(persons == 4u);
}

BOOST_AUTO_TEST_CASE(masked_codes_follow_the_project_vectors) {
  std::ifstream file{WARDFLOW_SOURCE_DIR "/tests/data/masked_codes.json"};
  BOOST_REQUIRE(file);
  const std::map<std::string, code> problems{
    {"ok", code::ok}, {"no_stable_key", code::code_no_stable_key}, {"broken", code::code_broken}};
  auto codes = nlohmann::json::parse(file).at("codes");
  BOOST_TEST(codes.size() >= 25u);
  for (const auto& entry : codes) {
    auto parsed = parse_personal_code(entry.at("code").get<std::string>());
    BOOST_TEST_CONTEXT(entry.at("name")) {
      BOOST_TEST((parsed.problem == problems.at(entry.at("problem"))));
      BOOST_TEST(text_of(parsed.primary) == entry.value("primary", ""));
      BOOST_TEST(text_of(parsed.linked) == entry.value("linked", ""));
    }
  }
}

BOOST_AUTO_TEST_CASE(each_form_gives_its_keys) {
  BOOST_TEST(result_of(national) == "qid:162979388586171100 id:001093029317");
  BOOST_TEST(result_of(replaced(national, "162979388586171100", "")) == "id:001093029317 ");
  BOOST_TEST(result_of("012345678|A|1950-12-31|0||") == "old:012345678 ");
  BOOST_TEST(result_of("001093029317|A|1988-02-29|0||") == "id:001093029317 ");
  BOOST_TEST(result_of(chip) == "id:001098012345 ");
  BOOST_TEST(result_of(chip + "||CHA|MẸ|") == "id:001098012345 ");
  BOOST_TEST(result_of(insurance) == "ins:HS4010120878821 ");
  BOOST_TEST(result_of("hs4010120878821|") == "ins:HS4010120878821 ");
}

BOOST_AUTO_TEST_CASE(what_readers_add_around_a_code_does_not_count) {
  for (const auto& whole : {national, chip, insurance}) {
    auto expected = result_of(whole);
    for (const auto& end : {"\n"s, "\r\n"s, "\r"s, " "s, "\t\n"s})
      for (const auto& front : {""s, "\xEF\xBB\xBF"s, " \xEF\xBB\xBF "s, "\r\n"s})
        BOOST_TEST(result_of(front + whole + end) == expected);
  }
}

BOOST_AUTO_TEST_CASE(names_and_addresses_may_arrive_in_any_state) {
  for (const auto& name : {"NGUYEN VAN B"s, "NGUYE\xCC\x82\xCC\x83N"s, "NGUY\xE1\xBB\xBE"s,
                           "\xFF\xFE\x80"s, "NGUYá»„N VÄ‚N"s, "?????"s, "A\x01\tB"s})
    BOOST_TEST(result_of(replaced(chip, "NGUYỄN VĂN B", name)) == "id:001098012345 ");
  for (const auto& sex :
       {"Nam"s, "NAM"s, "Nữ"s, "Nu\xCC\x9B\xCC\x83"s, "Ná»¯"s, "N\xAF"s, "Nu"s, "N?"s, "N"s})
    BOOST_TEST(result_of(replaced(chip, "Nữ", sex)) == "id:001098012345 ");
}

BOOST_AUTO_TEST_CASE(a_damaged_field_breaks_the_code) {
  const auto broken = refusal(code::code_broken);
  const std::vector<std::pair<std::string, std::string>> in_national{
    {"001093029317", "00109302931"},
    {"001093029317", "0010930293170"},
    {"001093029317", "000000000000"},
    {"001093029317", "001093 29317"},
    {"001093029317", "00109302931O"s + "12345"},
    {"001093029317", "0010930\x00"s + "9317"},
    {"NGUYEN VAN A", ""},
    {"NGUYEN VAN A", "A\nB"},
    {"1987-01-18", "1987-02-30"},
    {"1987-01-18", "1987-02-29"},
    {"1987-01-18", "1987-13-01"},
    {"1987-01-18", "1879-01-01"},
    {"1987-01-18", "2101-01-01"},
    {"1987-01-18", "18011987"},
    {"1987-01-18", "1987-1-18"},
    {"1987-01-18", ""},
    {"|0|", "||"},
    {"|0|", "|x|"},
    {"162979388586171100", "16297938858617110"},
    {"162979388586171100", "1629793885861711000"},
    {"162979388586171100", "000000000000000000"},
    {"162979388586171100", "16297938858617110\x01"},
    {"|<1", "|<3"},
    {"|<1", "|x<1"},
    {"|<1", ""}};
  for (const auto& [from, to] : in_national)
    check(replaced(national, from, to), broken);
  const std::vector<std::pair<std::string, std::string>> in_chip{
    {"001098012345", "******012345"},
    {"001098012345", "00109801234"},
    {"001098012345", "00109801234\x7F"},
    {"|012345678|", "|01234567|"},
    {"NGUYỄN VĂN B", ""},
    {"15081998", "31021998"},
    {"15081998", "1998"},
    {"15081998", "1508199A"},
    {"Nữ", "X"},
    {"Nữ", "Nan"},
    {"Nữ", ""},
    {"25052021", "2505202"},
    {"25052021", "14081998"},
    {"25052021", "25052021|"},
    {"25052021", "25052021|||"}};
  for (const auto& [from, to] : in_chip)
    check(replaced(chip, from, to), broken);
  for (const auto& text :
       {"HS401012087882|x"s, "HS40101208788211|x"s, "HS4010120878821"s, "HS0000000000000|x"s,
        "001093029317"s, "0010930"s, "******029317"s, national + "\n" + national, chip + chip,
        insurance + "\r\nHS4010120878822|"})
    check(text, broken);
}

BOOST_AUTO_TEST_CASE(a_cut_code_is_refused_or_still_the_same_person) {
  for (const auto& whole : {national, chip, chip + "||||", insurance}) {
    auto expected = result_of(whole);
    for (std::size_t size = 3; size < whole.size(); ++size) {
      auto result = result_of(whole.substr(0, size));
      BOOST_TEST_CONTEXT(whole.substr(0, size))
      BOOST_TEST((result == expected || result == refusal(code::code_broken)));
      // Up to the end of the key, and of the forms' must-haves, nothing is taken for whole.
      if (size <= 15)
        BOOST_TEST(result == refusal(code::code_broken));
    }
  }
}

BOOST_AUTO_TEST_CASE(empty_and_too_long_codes_say_so) {
  for (const auto& text : {""s, " "s, "\r\n"s, "\xEF\xBB\xBF"s, "\xEF\xBB\xBF\r\n"s})
    BOOST_TEST(result_of(text) == refusal(code::code_empty));
  auto longest = national + std::string(limits::code_bytes_max - national.size(), 'x');
  BOOST_TEST(result_of(longest) == "qid:162979388586171100 id:001093029317");
  BOOST_TEST(result_of(longest + "\n") == "qid:162979388586171100 id:001093029317");
  BOOST_TEST(result_of(longest + "x") == refusal(code::code_too_long));
  BOOST_TEST(result_of(std::string(1u << 20, '|')) == refusal(code::code_too_long));
}

BOOST_AUTO_TEST_CASE(codes_of_others_are_told_apart) {
  const std::vector<std::pair<code, std::string>> others{
    {code::code_payment, "00020101021138540010A0000007270124"},
    {code::code_payment, "000201"},
    {code::code_payment, "2|99|0901234567|NGUYEN VAN A||0|0|50000|x|transfer_myqr"},
    {code::code_other_system, "HTTPS://TOKHAIYTE.VN/?page=Group.checkin&groupId=6092"},
    {code::code_other_system, "ttps://tokhaiyte.vn/?page=Group"},
    {code::code_other_system, "tokhaiyte.vn/?page=Group.checkin"},
    {code::code_other_system, "https://qr.pccovid.gov.vn/"},
    {code::code_other_system, "https://kbyt.khambenh.gov.vn"},
    {code::code_other_system, "UKC19TRACING:"},
    {code::code_other_system, "DEC19TRACING:1:eyJhbGciOiJFUzI1NiJ9.x.y"},
    {code::code_other_system, "1:eyJhbGciOiJFUzI1NiJ9"},
    {code::code_other_system, "eyJhbGciOiJFUzI1NiJ9"},
    {code::code_other_system, "NZCOVIDTRACER:eyJ"},
    {code::code_other_system, "https://e.coronawarn.app?v=1#CAES"},
    {code::code_other_system, "HC1:6BFOXN"},
    {code::code_other_system, "shc:/5676"},
    {code::code_own_venue, "https://wardflow.example/v/22366-00017"},
    {code::code_own_venue, "https://wardflow.example/a/b/v/22366-00017.c2ln?x=1#y"},
    {code::code_own_venue, "HTTP://10.0.0.1:8080/V/22366-00017/c2ln"},
    {code::code_own_venue, "https://x.example/v/v/22366-00017"},
    {code::code_unknown_form, "https://x.example/v/17"},
    {code::code_unknown_form, "https://x.example/v/22366-"},
    {code::code_unknown_form, "https://x.example/?next=/v/22366-00017"},
    {code::code_unknown_form, "https://example.com/?q=tokhaiyte"},
    {code::code_unknown_form, "hello"},
    {code::code_unknown_form, "8934563138165"},
    {code::code_unknown_form, "WIFI:T:WPA;S:cafe;P:12345678;;"},
    {code::code_unknown_form, "BEGIN:VCARD\nFN:A\nEND:VCARD"},
    {code::code_unknown_form, "a|b"},
    {code::code_unknown_form, "\0"s},
    {code::code_unknown_form, "\xFF\xFF"},
  };
  for (const auto& [reason, text] : others)
    check(text, refusal(reason));
}

BOOST_AUTO_TEST_CASE(a_column_of_an_import_meets_the_same_key_as_a_scan) {
  auto same = [](std::string_view column, const std::optional<stable_key>& scanned) {
    auto key = parse_identity(column);
    return key && scanned && *key == *scanned;
  };
  auto person = parse_personal_code(national);
  BOOST_TEST(same("162979388586171100", person.primary));
  BOOST_TEST(same("\xEF\xBB\xBF 001093029317\r\n", person.linked));
  BOOST_TEST(same("001098012345", parse_personal_code(chip).primary));
  BOOST_TEST(same("012345678", parse_personal_code("012345678|A|1950-12-31|0||").primary));
  BOOST_TEST(same("hs4010120878821", parse_personal_code(insurance).primary));
  for (const auto& text :
       {""s, "00109302931"s, "0010930293170"s, "******029317"s, "000000000000"s, "0010930293 7"s,
        "1.09303E+10"s, "'001093029317"s, "16297938858617110"s, "B1234567"s,
        "00109302\x00"
        "317"s,
        "qid:162979388586171100"s})
    BOOST_TEST(!parse_identity(text), text);
}

BOOST_AUTO_TEST_CASE(equal_digits_of_two_kinds_are_two_keys) {
  auto id = stable_key::make(key_kind::id_number, "001093029317");
  BOOST_REQUIRE(id);
  BOOST_TEST(id->text() == "id:001093029317");
  BOOST_TEST((id->kind() == key_kind::id_number));
  BOOST_TEST(!stable_key::make(key_kind::old_id_number, "001093029317"));
  BOOST_TEST(!stable_key::make(key_kind::insurance, "001093029317123"));
  BOOST_TEST(!stable_key::make(key_kind::qid, ""));
}

BOOST_AUTO_TEST_CASE(a_key_that_dies_leaves_no_digits_behind) {
  alignas(stable_key) std::array<unsigned char, sizeof(stable_key)> memory{};
  auto source = stable_key::make(key_kind::qid, "162979388586171100");
  BOOST_REQUIRE(source);
  auto* key = new (memory.data()) stable_key(*source);
  auto holds_digits = [&] {
    std::string bytes(memory.begin(), memory.end());
    return bytes.find("6297") != std::string::npos;
  };
  BOOST_TEST(holds_digits());
  key->~stable_key();
  BOOST_TEST(!holds_digits());
}
