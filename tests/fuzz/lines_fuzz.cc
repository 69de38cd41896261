// The scanner alone and the parser around it find the same lines: comments, continuations, directives, heredocs.

#include <tree_sitter/api.h>

#include <map>
#include <memory>
#include <tuple>

#include "dockerfile/src/lines.h"
#include "tests/fuzz/law.h"

extern "C" const TSLanguage* tree_sitter_dockerfile();

using namespace plimsoll;
using fuzz::law;

std::vector<std::string> own_seeds() {
    return {
        "# escape=`\n# check=skip=all\nFROM a AS b\nCOPY --from=0 c `\n# d\n\n  e\n",
        "FROM a\nRUN <<A <<-'B' \\\n && x\nx\nA\n\ty\n\tB\n# end\nRUN <<C",
        "ON\\\nBUILD RU\\\nN a \\\n\n # b\n c\n\\\nRUN [\"a\", \\\n \"b\"]\nENV a=\"b \\\n c\" d='e\\\n'\n",
        "\xef\xbb\xbf# syntax=a\r\nFROM a\r\nHEALTHCHECK --interval=1s \\\r\n CM\\\r\nD x\r\n\xff\xc2\xa0RUN ${a:-\\\n${b}}\r\r\n",
    };
}

namespace {

using Part = std::tuple<std::uint32_t, std::uint32_t, DockerfilePart>;

struct Found {
    std::vector<Part> parts;
    std::vector<Span> keywords;
};

void take(void* found, DockerfilePart part, std::uint32_t begin, std::uint32_t end) {
    const bool compared = part != DOCKERFILE_TEXT && part != DOCKERFILE_LINE_END && part != DOCKERFILE_KEYWORD && part != DOCKERFILE_BEGIN &&
                          part != DOCKERFILE_DIRECTIVE && (part != DOCKERFILE_HEREDOC_END || begin != end);
    if (compared) static_cast<Found*>(found)->parts.emplace_back(begin, end, part);
}

void add(Found& found, TSNode node) {
    static const std::map<std::string_view, DockerfilePart> kinds = {
        {"comment", DOCKERFILE_COMMENT},
        {"line_continuation", DOCKERFILE_CONTINUATION},
        {"empty_line", DOCKERFILE_EMPTY_LINE},
        {"directive_name", DOCKERFILE_DIRECTIVE_NAME},
        {"directive_value", DOCKERFILE_DIRECTIVE_VALUE},
        {"heredoc_body", DOCKERFILE_HEREDOC_BODY},
        {"heredoc_end", DOCKERFILE_HEREDOC_END},
    };
    const std::string_view kind = ts_node_type(node);
    const std::uint32_t begin = ts_node_start_byte(node), end = ts_node_end_byte(node);
    if (kind == "keyword" && ts_node_is_named(node)) found.keywords.push_back({begin, end});
    if (auto at = kinds.find(kind); at != kinds.end()) found.parts.emplace_back(begin, end, at->second);
}

Found parsed(std::string_view text) {
    const std::unique_ptr<TSParser, decltype(&ts_parser_delete)> parser(ts_parser_new(), &ts_parser_delete);
    ts_parser_set_language(parser.get(), tree_sitter_dockerfile());
    const std::unique_ptr<TSTree, decltype(&ts_tree_delete)> tree(
        ts_parser_parse_string(parser.get(), nullptr, text.data(), static_cast<std::uint32_t>(text.size())), &ts_tree_delete);
    Found found;
    TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree.get()));
    for (bool more = true; more;) {
        add(found, ts_tree_cursor_current_node(&cursor));
        more = ts_tree_cursor_goto_first_child(&cursor) || ts_tree_cursor_goto_next_sibling(&cursor);
        while (!more && ts_tree_cursor_goto_parent(&cursor)) more = ts_tree_cursor_goto_next_sibling(&cursor);
    }
    ts_tree_cursor_delete(&cursor);
    return found;
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const Found tree = parsed(text);
    Found lines;
    dockerfile_read_lines(text.data(), static_cast<std::uint32_t>(text.size()), take, &lines);
    // A keyword behind ONBUILD or HEALTHCHECK is text to the scanner, and a keyword that is broken in two is one token to the parser.
    std::erase_if(lines.parts, [&](const Part& part) {
        for (const Span keyword : tree.keywords)
            if (std::get<2>(part) == DOCKERFILE_CONTINUATION && keyword.begin <= std::get<0>(part) && std::get<1>(part) <= keyword.end) return true;
        return false;
    });
    law(lines.parts == tree.parts, "the scanner alone finds other lines than the parser");
    return 0;
}
