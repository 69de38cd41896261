#include <algorithm>
#include <array>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/docker/words.h"

namespace plimsoll::docker {

namespace {

constexpr std::array<std::string_view, keyword_count> keywords = {
    "ADD",     "ARG", "CMD",   "COPY",       "ENTRYPOINT", "ENV",    "EXPOSE",  "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER",       "VOLUME", "WORKDIR", "",
};

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
        return text.size() > ending.size() && equal_ignoring_case(text.substr(text.size() - ending.size()), ending);
    });
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view beginning) {
        return text.size() >= beginning.size() && equal_ignoring_case(text.substr(0, beginning.size()), beginning);
    });
}

}

std::string_view name_of(Keyword keyword) { return keywords[static_cast<std::size_t>(keyword)]; }

Keyword keyword_of(std::string_view any_case) {
    for (std::size_t i = 0; i + 1 < keyword_count; ++i)
        if (equal_ignoring_case(any_case, keywords[i])) return static_cast<Keyword>(i);
    return Keyword::unknown;
}

bool is_archive(std::string_view source) {
    return ends_with_any(source, {".tar",      ".tar.gz", ".tgz",   ".tar.bz2", ".tbz2", ".tbz", ".tb2", ".tar.xz", ".txz",  ".tar.zst", ".tzst",
                                  ".tar.lzma", ".tlz",    ".tar.Z", ".taz",     ".gz",   ".bz2", ".xz",  ".zst",    ".lzma", ".Z"});
}

bool is_git_url(std::string_view source) {
    if (starts_with_any(source, {"git://", "ssh://"})) return true;
    std::string_view path = source.substr(0, source.find('#'));
    if (starts_with_any(path, {"http://", "https://"})) return path.substr(0, path.find('?')).ends_with(".git");
    // user@host:path, the form of scp
    std::size_t at = path.find('@'), colon = path.find(':');
    if (at == std::string_view::npos || colon == std::string_view::npos || at == 0 || colon <= at + 1) return false;
    return path.substr(0, colon).find_first_of("/ ") == std::string_view::npos;
}

bool is_remote(std::string_view source) { return starts_with_any(source, {"http://", "https://"}) || is_git_url(source); }

Text unquoted(const Text& text) {
    std::size_t size = text.value.size();
    if (size < 2) return text;
    char first = text.value.front();
    if ((first != '"' && first != '\'') || text.value.back() != first) return text;
    // "a"b"c" is not one quoted text.
    for (std::size_t i = 1; i + 1 < size; ++i) {
        if (first == '"' && text.value[i] == '\\')
            ++i;
        else if (text.value[i] == first)
            return text;
    }
    return text.sub(1, size - 1);
}

}
