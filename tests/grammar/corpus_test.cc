// The grammar's own corpus (grammars/*/test/corpus/*.txt, the format of `tree-sitter test`) against the compiled parser.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <tree_sitter/api.h>

#include "tests/catch.h"

extern "C" const TSLanguage* tree_sitter_dockerfile();

namespace {

struct Case {
    std::string name;
    std::string input;
    std::string expected;
    bool wants_error = false;
    bool skip = false;
};

bool is_rule(std::string_view line, char mark) {
    const std::size_t length = std::min(line.find_first_not_of(mark), line.size());
    return length >= 3 && line.find_first_not_of(" \r", length) == std::string_view::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

// Body of a case: everything to the longest line of dashes is input, the rest is the expected tree.
void split_body(Case& result, const std::vector<std::string>& lines, std::size_t begin, std::size_t end) {
    std::size_t divider = end, longest = 0;
    for (std::size_t i = begin; i < end; ++i)
        if (is_rule(lines[i], '-') && lines[i].size() >= longest) {
            longest = lines[i].size();
            divider = i;
        }
    for (std::size_t i = begin; i < divider; ++i) result.input += lines[i] + "\n";
    if (!result.input.empty()) result.input.pop_back();
    for (std::size_t i = divider + 1; i < end; ++i) result.expected += lines[i].substr(0, lines[i].find(';')) + "\n";
}

std::vector<Case> cases_of(const std::string& text) {
    const std::vector<std::string> lines = lines_of(text);
    std::vector<Case> cases;
    for (std::size_t i = 0; i < lines.size();) {
        if (!is_rule(lines[i], '=')) {
            ++i;
            continue;
        }
        Case& current = cases.emplace_back();
        for (++i; i < lines.size() && !is_rule(lines[i], '='); ++i) {
            current.wants_error |= lines[i] == ":error";
            current.skip |= lines[i] == ":skip";
            if (!lines[i].starts_with(':')) current.name += (current.name.empty() ? "" : " ") + lines[i];
        }
        const std::size_t begin = std::min(i + 1, lines.size());
        for (i = begin; i < lines.size() && !is_rule(lines[i], '=');) ++i;
        split_body(current, lines, begin, i);
    }
    return cases;
}

// One blank between parts and none before a bracket that closes: line breaks and indentation do not count.
std::string squeezed(std::string_view tree) {
    std::string result;
    for (char c : tree) {
        const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (blank) {
            if (!result.empty() && result.back() != ' ') result += ' ';
        } else {
            if (c == ')' && !result.empty() && result.back() == ' ') result.pop_back();
            if (c == '(' && !result.empty() && result.back() == ')') result += ' ';
            result += c;
        }
    }
    while (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

// Whether a word that ends in a colon (a field name) stands in front of a bracket.
bool has_fields(std::string_view tree) { return tree.find(": (") != std::string_view::npos; }

std::string without_fields(std::string_view tree) {
    std::string result;
    for (std::size_t i = 0; i < tree.size(); ++i) {
        if (tree.substr(i, 3) == ": (") {
            while (!result.empty() && result.back() != ' ' && result.back() != '(') result.pop_back();
            ++i;
        } else {
            result += tree[i];
        }
    }
    return result;
}

struct Parsed {
    std::string tree;
    bool error = false;
};

Parsed parse(const std::string& input) {
    const std::unique_ptr<TSParser, decltype(&ts_parser_delete)> parser(ts_parser_new(), ts_parser_delete);
    REQUIRE(ts_parser_set_language(parser.get(), tree_sitter_dockerfile()));
    const std::unique_ptr<TSTree, decltype(&ts_tree_delete)> tree(
        ts_parser_parse_string(parser.get(), nullptr, input.data(), static_cast<std::uint32_t>(input.size())), ts_tree_delete);
    const TSNode root = ts_tree_root_node(tree.get());
    const std::unique_ptr<char, decltype(&std::free)> text(ts_node_string(root), std::free);
    return {text.get(), ts_node_has_error(root)};
}

void check(const Case& one) {
    const Parsed got = parse(one.input);
    INFO("input:\n" << one.input);
    if (one.wants_error) {
        CHECK(got.error);
        return;
    }
    const std::string expected = squeezed(one.expected);
    CHECK(squeezed(has_fields(expected) ? got.tree : without_fields(got.tree)) == expected);
}

}

TEST_CASE("grammar corpus", "[grammar]") {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(PLIMSOLL_ROOT "/grammars/dockerfile/test/corpus"))
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    REQUIRE_FALSE(files.empty());
    for (const auto& file : files) {
        std::stringstream text;
        text << std::ifstream(file, std::ios::binary).rdbuf();
        const std::vector<Case> cases = cases_of(text.str());
        CHECK_FALSE(cases.empty());
        for (const Case& one : cases)
            if (!one.skip) DYNAMIC_SECTION(file.stem().string() << ": " << one.name) {
                    check(one);
                }
    }
}
