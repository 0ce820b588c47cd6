// SPDX-License-Identifier: Apache-2.0
#include "actors/logic/personal_code.hpp"

#include "messages/ids.hpp"
#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <tuple>

namespace wardflow {

namespace {

constexpr auto npos = std::string_view::npos;

// -- characters ----------------------------------------------------------------------------------
// ASCII only, and without a locale: bytes of names are nobody's business here.

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
constexpr bool is_letter(char c) {
  return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

/// Position of `needle`, which is in small letters, whatever the case in `text`.
std::size_t find_any_case(std::string_view text, std::string_view needle) {
  auto at = std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                        [](char a, char b) { return to_lower(a) == b; });
  return at == text.end() ? npos : static_cast<std::size_t>(at - text.begin());
}

bool contains_any_case(std::string_view text, std::string_view needle) {
  return find_any_case(text, needle) != npos;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view bom = "\xEF\xBB\xBF";
  auto drop_front_blanks = [&text] {
    while (!text.empty() && is_blank(text.front()))
      text.remove_prefix(1);
  };
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  drop_front_blanks();
  if (text.starts_with(bom))
    text.remove_prefix(bom.size());
  drop_front_blanks();
  return text;
}

// -- fields --------------------------------------------------------------------------------------

/// A code has 6, 7 or 11 fields; the twelfth place says "too many".
struct field_list {
  std::array<std::string_view, 12> at{};
  std::size_t count = 0;
};

field_list split(std::string_view text, char separator) {
  field_list result;
  for (;;) {
    auto end = text.find(separator);
    result.at[result.count++] = text.substr(0, end);
    if (end == npos || result.count == result.at.size())
      return result;
    text.remove_prefix(end + 1);
  }
}

/// Of digits only; at most four.
unsigned number_of(std::string_view digits) {
  unsigned value = 0;
  for (char c : digits)
    value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

unsigned days_in(unsigned month, unsigned year) {
  constexpr std::array<unsigned, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

/// No clock here: these are the years that a living person or a document can have been born in.
constexpr unsigned year_min = 1880;
constexpr unsigned year_max = 2100;

/// `YYYY-MM-DD`; month, day or both may be masked by one or two stars.
bool is_national_birth_date(std::string_view text) {
  auto parts = split(text, '-');
  if (parts.count != 3 || parts.at[0].size() != 4 || !all_digits(parts.at[0]))
    return false;
  auto masked = [](std::string_view part) { return part == "**" || part == "*"; };
  auto readable = [&](std::string_view part) {
    return masked(part) || (part.size() == 2 && all_digits(part));
  };
  auto [year_text, month_text, day_text] = std::tie(parts.at[0], parts.at[1], parts.at[2]);
  if (!readable(month_text) || !readable(day_text))
    return false;
  auto year = number_of(year_text);
  if (year < year_min || year > year_max)
    return false;
  auto month = masked(month_text) ? 1 : number_of(month_text); // January: any day up to 31
  if (month < 1 || month > 12)
    return false;
  auto day = masked(day_text) ? 1 : number_of(day_text);
  return day >= 1 && day <= days_in(month, year);
}

/// `DDMMYYYY` as a number that orders like the date; 0 unless it is a date.
unsigned chip_date(std::string_view text) {
  if (text.size() != 8 || !all_digits(text))
    return 0;
  auto day = number_of(text.substr(0, 2));
  auto month = number_of(text.substr(2, 2));
  auto year = number_of(text.substr(4, 4));
  if (year < year_min || year > year_max || month < 1 || month > 12)
    return 0;
  return day >= 1 && day <= days_in(month, year) ? (year * 100 + month) * 100 + day : 0;
}

/// `Nam` or `Nữ`, the latter as readers leave it: composed or not, in another code page, `Nu`,
/// `N?`, `N`.
bool is_chip_sex(std::string_view text) {
  if (text.empty() || text.size() > 16 || to_lower(text[0]) != 'n')
    return false;
  if (text.size() == 3 && to_lower(text[1]) == 'a' && to_lower(text[2]) == 'm')
    return true;
  return std::all_of(text.begin() + 1, text.end(), [](char c) {
    return to_lower(c) == 'u' || c == '?' || static_cast<unsigned char>(c) >= 0x80;
  });
}

/// A code is one line of text: a line end or a NUL inside it is two codes run into each other, or
/// none.
bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\0\r\n", 3)) == npos;
}

// -- forms of persons ----------------------------------------------------------------------------

/// First six characters hidden; what is left of an ID, an old ID or another document.
bool is_masked_id(std::string_view text) {
  constexpr std::string_view mask = "******";
  if (!text.starts_with(mask))
    return false;
  text.remove_prefix(mask.size());
  if (text.size() == 6)
    return all_digits(text);
  return !text.empty() && text.size() <= 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || is_letter(c); });
}

/// A passport or the like: letters and digits. It is replaced every few years and unique in its
/// own country only, so it is no stable key.
bool is_other_document(std::string_view text) {
  return text.size() >= 6 && text.size() <= 12 && std::any_of(text.begin(), text.end(), is_digit) &&
         std::any_of(text.begin(), text.end(), is_letter) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || is_letter(c); });
}

std::optional<stable_key> whole_id(std::string_view text) {
  return stable_key::make(text.size() == 9 ? key_kind::old_id_number : key_kind::id_number, text);
}

/// EXT: `declarer's QID<sex<insurance no.<phone<signature<free`, each may be missing. Nothing in
/// it is a key; only the two machine-made fields are checked, as signs of damage.
bool is_national_ext(std::string_view text) {
  auto parts = split(text, '<');
  if (parts.at[0].size() > 20 || !all_digits(parts.at[0]))
    return false;
  auto sex = parts.at[1];
  return sex.empty() || sex == "0" || sex == "1" || sex == "2";
}

parsed_code refused(code problem) {
  return {problem, std::nullopt, std::nullopt};
}

parsed_code parse_national(const field_list& fields) {
  auto [id, name, born, id_kind, qid] =
    std::tie(fields.at[0], fields.at[1], fields.at[2], fields.at[3], fields.at[4]);
  auto id_key = whole_id(id);
  bool id_readable = id_key || id.empty() || is_masked_id(id) || is_other_document(id);
  if (!id_readable || name.empty() || !is_national_birth_date(born) || id_kind.size() != 1 ||
      !all_digits(id_kind) || !is_national_ext(fields.at[5]))
    return refused(code::code_broken);
  if (qid.empty())
    return id_key ? parsed_code{code::ok, id_key, std::nullopt} : refused(code::code_no_stable_key);
  auto qid_key = stable_key::make(key_kind::qid, qid);
  if (!qid_key)
    return refused(code::code_broken);
  return {code::ok, qid_key, id_key};
}

/// `ID|old ID|name|born|sex|address|issued`, and in newer cards four fields more.
parsed_code parse_chip(const field_list& fields) {
  auto [id, old_id, name, born, sex] =
    std::tie(fields.at[0], fields.at[1], fields.at[2], fields.at[3], fields.at[4]);
  auto key = stable_key::make(key_kind::id_number, id);
  bool old_readable =
    old_id.empty() || ((old_id.size() == 9 || old_id.size() == 12) && all_digits(old_id));
  auto birth = chip_date(born);
  auto issue = chip_date(fields.at[6]);
  if (!key || !old_readable || name.empty() || birth == 0 || !is_chip_sex(sex) || issue < birth)
    return refused(code::code_broken);
  return {code::ok, key, std::nullopt};
}

/// Whether `first`, a first field, is what the first field of a personal code looks like, perhaps
/// cut or with a wrong length.
bool begins_personal(std::string_view first) {
  auto digit_or_mask = [](char c) { return is_digit(c) || c == '*'; };
  if (!first.empty() && std::all_of(first.begin(), first.end(), digit_or_mask))
    return true;
  return first.size() >= 3 && is_letter(first[0]) && is_letter(first[1]) &&
         all_digits(first.substr(2));
}

// -- forms of others -----------------------------------------------------------------------------

/// EMV payment codes begin with their format indicator, field 00 of length 02 with value 01 (no
/// ID number begins so: provinces count from 001). MoMo's own codes begin with `2|99|`.
bool is_payment(std::string_view text) {
  return text.starts_with("000201") || text.starts_with("2|99|");
}

/// The path of a URL has our prefix and a venue id in its text form. Readers and printers may have
/// changed the case.
bool is_own_venue(std::string_view text) {
  auto path = text.substr(0, text.find_first_of("?#"));
  for (auto at = find_any_case(path, own_venue_path); at != npos;
       at = find_any_case(path, own_venue_path)) {
    path.remove_prefix(at + own_venue_path.size() - 1); // its last slash may begin the next one
    auto id = path.substr(1, path.find_first_of("/.&", 1) - 1);
    if (id.find('-') != npos && parse_venue_id(id))
      return true;
  }
  return false;
}

/// Venue and health-pass codes of other systems, also when their edges are damaged.
bool is_other_system(std::string_view text) {
  constexpr std::array<std::string_view, 11> hosts{
    "tokhaiyte", "pccovid",     "khambenh",  "bluezone", "ncovi",         "coronawarn",
    "safeentry", "mysejahtera", "thaichana", "luca-app", "pedulilindungi"};
  constexpr std::array<std::string_view, 2> tags{"19tracing", "covidtracer"};
  constexpr std::array<std::string_view, 3> passes{"hc1:", "shc:", "nzcp:"};

  auto scheme = text.find("://");
  auto rest = scheme == npos ? text : text.substr(scheme + 3);
  auto host = rest.substr(0, rest.find_first_of("/?#"));
  if (std::any_of(hosts.begin(), hosts.end(),
                  [&](auto name) { return contains_any_case(host, name); }))
    return true;

  auto tag = text.substr(0, text.find(':'));
  if (tag.size() != text.size() && std::any_of(tags.begin(), tags.end(), [&](auto name) {
        return contains_any_case(tag, name);
      }))
    return true;
  if (std::any_of(passes.begin(), passes.end(),
                  [&](auto name) { return find_any_case(text, name) == 0; }))
    return true;

  // A signed or plain JSON object in base64 begins with `eyJ`, after any number of short tags.
  auto parts = split(text.substr(0, 64), ':');
  return std::any_of(parts.at.begin(), parts.at.end(),
                     [](auto part) { return part.starts_with("eyJ"); });
}

} // namespace

// -- stable_key ----------------------------------------------------------------------------------

stable_key::~stable_key() {
  std::memset(text_.data(), 0, text_.size());
  // Says that somebody reads the zeros, or the compiler would leave them out.
  __asm__ __volatile__("" : : "r"(text_.data()) : "memory");
}

std::optional<stable_key> stable_key::make(key_kind kind, std::string_view number) {
  struct shape {
    std::string_view prefix;
    std::size_t letters, digits;
  };
  constexpr std::array<shape, 4> shapes{
    {{"id:", 0, 12}, {"old:", 0, 9}, {"qid:", 0, 18}, {"ins:", 2, 13}}};
  const auto& form = shapes[static_cast<std::size_t>(kind)];
  if (number.size() != form.letters + form.digits)
    return std::nullopt;
  auto letters = number.substr(0, form.letters);
  auto digits = number.substr(form.letters);
  if (!std::all_of(letters.begin(), letters.end(), is_letter) || !all_digits(digits) ||
      digits.find_first_not_of('0') == npos)
    return std::nullopt;

  stable_key key;
  assert(form.prefix.size() + number.size() <= key.text_.size());
  auto end = std::copy(form.prefix.begin(), form.prefix.end(), key.text_.begin());
  end = std::transform(number.begin(), number.end(), end, to_upper);
  key.length_ = static_cast<std::uint8_t>(end - key.text_.begin());
  key.kind_ = kind;
  return key;
}

// -- entry points --------------------------------------------------------------------------------

parsed_code parse_personal_code(std::string_view raw) {
  auto text = trimmed(raw);
  if (text.empty())
    return refused(code::code_empty);
  if (text.size() > limits::code_bytes_max)
    return refused(code::code_too_long);
  if (is_payment(text))
    return refused(code::code_payment);

  auto fields = split(text, '|');
  auto first = fields.at[0];
  bool personal_shape = fields.count == 6 || fields.count == 7 || fields.count == 11;
  if (fields.count > 1 && is_one_line(text)) {
    if (auto key = stable_key::make(key_kind::insurance, first))
      return {code::ok, key, std::nullopt};
    if (personal_shape) {
      auto person = fields.count == 6 ? parse_national(fields) : parse_chip(fields);
      if (person.problem != code::code_broken)
        return person;
    }
  }

  // A bare number longer than any first field is some other barcode, not a cut code.
  if (begins_personal(first) &&
      (fields.count > 1 || first.size() <= (is_letter(first[0]) ? 15 : 12)))
    return refused(code::code_broken);
  if (is_own_venue(text))
    return refused(code::code_own_venue);
  if (is_other_system(text))
    return refused(code::code_other_system);
  return refused(personal_shape ? code::code_broken : code::code_unknown_form);
}

std::optional<stable_key> parse_identity(std::string_view id_number_or_qid) {
  auto text = trimmed(id_number_or_qid);
  for (auto kind :
       {key_kind::id_number, key_kind::old_id_number, key_kind::qid, key_kind::insurance})
    if (auto key = stable_key::make(kind, text))
      return key;
  return std::nullopt;
}

} // namespace wardflow
