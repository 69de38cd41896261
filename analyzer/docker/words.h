#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/text/text.h"

// How BuildKit cuts a logical line into words. Every word keeps its place in the file.
// Source of the rules: BuildKit frontend/dockerfile/parser (split_command, line_parsers) and shell/lex.

namespace plimsoll::docker {

// Length of the white space character (Unicode, as Go's unicode.IsSpace) that starts at `at`; 0 when there is none.
std::size_t space_at(std::string_view text, std::size_t at);
// White space at both ends removed.
Text trimmed(const Text& text);
std::string to_lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// A logical line cut into keyword, flags and the rest. Decoded flags (quotes, escapes) go to `strings`.
struct SplitLine {
    Text name;
    std::vector<Flag> flags;
    Text argument;
};
SplitLine split_line(const Text& line, char escape, std::deque<std::string>& strings);
// HEALTHCHECK: CMD or NONE, and what follows.
std::pair<Text, Text> type_and_rest(const Text& text);

// Cut at blanks, quotes mean nothing: FROM, EXPOSE, and the plain form of COPY, ADD, VOLUME.
std::vector<Text> blank_separated(const Text& text);
// Cut at blanks outside quotes; quotes and escapes stay in the words: ENV, LABEL, ARG.
std::vector<Text> quoted_words(const Text& text, char escape);
// The first word and the rest of "ENV key value"; the rest is empty without a value.
std::pair<Text, std::optional<Text>> key_and_rest(const Text& text);

enum class Json : std::uint8_t { none, strings, other };   // other: a JSON array that holds something else than strings
// Reads a JSON array as Go's encoding/json does. Elements with escapes are decoded into `strings`.
Json json_array(const Text& text, std::vector<Text>& elements, std::deque<std::string>& strings);

// The heredocs that the words of a logical line open (name, fd, expand, chomp, word), in order.
std::vector<Heredoc> heredocs_in(const Text& line);
// True when a COPY or ADD argument is a heredoc ("<<EOF").
bool is_heredoc_word(std::string_view word);

// The fields of a comma-separated flag value with CSV quoting ("a=b,\"c=d,e\""); nullopt when a quote is out of place.
std::optional<std::vector<Text>> csv_fields(const Text& text);

}
