// SPDX-License-Identifier: Apache-2.0
#include "nodes/wardctl/simulate_people.hpp"

#include <array>
#include <cassert>
#include <cstdio>
#include <string_view>

namespace wardflow::wardctl {

namespace {

/// As on a chip card, and as in the national code: capitals without diacritics.
struct part {
  const char* vi;
  const char* plain;
};

constexpr std::array families{
  part{"Nguyễn", "NGUYEN"}, part{"Trần", "TRAN"}, part{"Lê", "LE"},     part{"Phạm", "PHAM"},
  part{"Huỳnh", "HUYNH"},   part{"Võ", "VO"},     part{"Đặng", "DANG"}, part{"Bùi", "BUI"},
  part{"Đỗ", "DO"},         part{"Hồ", "HO"},     part{"Ngô", "NGO"},   part{"Dương", "DUONG"},
};
constexpr std::array middles{
  part{"Giả", "GIA"},
  part{"Thử", "THU"},
  part{"Mẫu", "MAU"},
  part{"Phỏng", "PHONG"},
};
constexpr std::array givens{
  part{"An", "AN"},       part{"Bình", "BINH"}, part{"Châu", "CHAU"},   part{"Dũng", "DUNG"},
  part{"Giang", "GIANG"}, part{"Hạnh", "HANH"}, part{"Khánh", "KHANH"}, part{"Linh", "LINH"},
  part{"Minh", "MINH"},   part{"Ngọc", "NGOC"}, part{"Phúc", "PHUC"},   part{"Quỳnh", "QUYNH"},
  part{"Sơn", "SON"},     part{"Thảo", "THAO"}, part{"Uyên", "UYEN"},   part{"Vũ", "VU"},
};

template <class... Values>
std::string formed(const char* form, Values... values) {
  char out[160];
  auto n = std::snprintf(out, sizeof out, form, values...);
  return {out, static_cast<std::size_t>(n)};
}

std::string plain_name(const simulated_person& who) {
  return std::string{families[who.family].plain} + " " + middles[who.middle].plain + " " +
         givens[who.given].plain;
}

std::string vietnamese_name(const simulated_person& who) {
  return std::string{families[who.family].vi} + " " + middles[who.middle].vi + " " +
         givens[who.given].vi;
}

/// CRC-16/CCITT-FALSE, the last field of a payment code.
std::string with_payment_check(std::string text) {
  text += "6304";
  std::uint32_t crc = 0xffff;
  for (auto c : text) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 8;
    for (int bit = 0; bit < 8; ++bit)
      crc = ((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
  }
  return text + formed("%04X", crc);
}

std::string payment_code(random_source& random) {
  // Beneficiary's bank 970400 and account: 0006<bank>0110<account>.
  auto account = formed("99%08u", random.between(0, 99'999'999));
  auto party = "0006970400" + ("0110" + account);
  auto service = "0010A000000727" + formed("01%02zu", party.size()) + party + "0208QRIBFTTA";
  return with_payment_check("000201010211" + formed("38%02zu", service.size()) + service +
                            "53037045802VN");
}

std::string other_system_code(random_source& random) {
  if (random.chance(0.5))
    return formed("https://tokhaiyte.vn/?page=Group.checkin&groupId=%08x%08x%08x",
                  random.between(0, 0xffff'fffe), random.between(0, 0xffff'fffe),
                  random.between(0, 0xffff'fffe));
  std::string letters;
  for (int i = 0; i < 6; ++i)
    letters += static_cast<char>('a' + random.below(26));
  return "https://qr.pccovid.gov.vn/" + letters;
}

} // namespace

simulated_person simulate_person(std::uint32_t number, std::uint16_t province, std::uint64_t seed) {
  assert(number < simulated_persons_max);
  random_source random{seed, 1'000 + std::uint64_t{number}};
  simulated_person who;
  who.number = number;
  who.province = province;
  constexpr std::array forms{68.0, 6.0, 26.0};
  who.form = static_cast<code_form>(random.weighted(forms));
  who.woman = random.chance(0.51);
  who.family = static_cast<std::uint8_t>(random.below(families.size()));
  who.middle = static_cast<std::uint8_t>(random.below(middles.size()));
  who.given = static_cast<std::uint8_t>(random.below(givens.size()));
  who.birth_year = static_cast<std::uint16_t>(random.between(1936, 2006));
  who.birth_month = static_cast<std::uint8_t>(random.between(1, 12));
  who.birth_day = static_cast<std::uint8_t>(random.between(1, 28));
  return who;
}

std::string id_number_of(const simulated_person& who) {
  return formed("%03u%u%02u%06u", who.province % 1000u, who.woman ? 9u : 8u, who.birth_year % 100u,
                who.number);
}

std::string qid_of(const simulated_person& who) {
  // Spread out, and distinct: below 10^10 for every number.
  return formed("90000%03u%010llu", who.province % 1000u,
                static_cast<unsigned long long>(who.number) * 7'919 + 13);
}

std::string code_text(const simulated_person& who, code_form form) {
  auto sex = who.woman ? 2u : 1u;
  if (form == code_form::chip) {
    auto date = formed("%02u%02u%04u", who.birth_day, who.birth_month, who.birth_year);
    return id_number_of(who) + "||" + vietnamese_name(who) + "|" + date + "|" +
           (who.woman ? "Nữ" : "Nam") + "|Đường Giả Định, Khánh Hòa|" + "01072021";
  }
  auto masked = form == code_form::national_masked;
  auto id = id_number_of(who);
  auto birth = masked ? formed("%04u-**-**", who.birth_year)
                      : formed("%04u-%02u-%02u", who.birth_year, who.birth_month, who.birth_day);
  return (masked ? "******" + id.substr(6) : id) + "|" + plain_name(who) + "|" + birth + "|0|" +
         qid_of(who) + "|" + formed("<%u<<", sex);
}

card_row card_of(const simulated_person& who, group_id group, day_number day, std::uint64_t seed) {
  random_source random{seed, 2'000'000 + std::uint64_t{who.number}};
  card_row row;
  if (who.form != code_form::national_masked)
    row.id_number = id_number_of(who);
  if (who.form != code_form::chip)
    row.qid = qid_of(who);
  row.group = group;
  auto before = [&](std::uint32_t least, std::uint32_t most) {
    return static_cast<day_number>(day - random.between(least, most));
  };
  // Full long enough; full, lately; first dose long enough; lately; recovered; tested; nothing.
  constexpr std::array shares{62.0, 6.0, 17.0, 4.0, 1.5, 3.0, 6.5};
  switch (random.weighted(shares)) {
  case 0:
    row.full_dose = before(14, 70);
    row.first_dose = static_cast<day_number>(row.full_dose - random.between(21, 60));
    break;
  case 1:
    row.full_dose = before(0, 13);
    row.first_dose = static_cast<day_number>(row.full_dose - random.between(21, 60));
    break;
  case 2:
    row.first_dose = before(14, 60);
    break;
  case 3:
    row.first_dose = before(0, 13);
    break;
  case 4:
    row.recovered = before(10, 200);
    break;
  case 5: // some of the 72 hours end while the day goes on
    row.pcr_negative_min =
      static_cast<std::uint32_t>(start_of(day) / minute_ms) - random.between(0, 100 * 60);
    break;
  default:
    break;
  }
  return row;
}

wrong_code simulate_wrong_code(random_source& random) {
  auto stranger = simulate_person(static_cast<std::uint32_t>(random.below(900'000)), 56, 77);
  auto national = code_text(stranger, code_form::national);
  constexpr std::array shares{35.0, 22.0, 15.0, 18.0, 10.0};
  switch (random.weighted(shares)) {
  case 0:
    return {payment_code(random), code::code_payment};
  case 1:
    return {other_system_code(random), code::code_other_system};
  case 2:
    return {"******" + id_number_of(stranger).substr(6) + "|" + plain_name(stranger) +
              formed("|%04u-**-**|0||<1<<", stranger.birth_year),
            code::code_no_stable_key};
  case 3: // cut within the name, as a reader with a small buffer does
    return {national.substr(0, 15 + random.below(4)), code::code_broken};
  default:
    return {formed("GIAM GIA %u%%", random.between(5, 50)), code::code_unknown_form};
  }
}

} // namespace wardflow::wardctl
