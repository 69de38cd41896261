#include "analyzer/output/names.h"

#include <cctype>

namespace plimsoll::output {

std::string_view name_of(Profile profile) {
    constexpr std::string_view names[] = {"bugs", "recommended", "strict"};
    return names[static_cast<unsigned>(profile)];
}

std::string_view name_of(Safety safety) {
    constexpr std::string_view names[] = {"none", "unsafe", "safe"};
    return names[static_cast<unsigned>(safety)];
}

namespace {

struct PeerPages {
    std::string_view peer, address;
    bool kebab;   // WorkdirRelativePath -> workdir-relative-path
};

constexpr PeerPages peer_pages[] = {
    {"hadolint:", "https://github.com/hadolint/hadolint/wiki/", false},
    {"shellcheck:", "https://www.shellcheck.net/wiki/", false},
    {"buildkit:", "https://docs.docker.com/reference/build-checks/", true},
};

std::string kebab_case(std::string_view camel) {
    std::string out;
    for (std::size_t i = 0; i < camel.size(); ++i) {
        auto letter = static_cast<unsigned char>(camel[i]);
        bool starts_word =
            std::isupper(letter) && i > 0 &&
            (std::islower(static_cast<unsigned char>(camel[i - 1])) || (i + 1 < camel.size() && std::islower(static_cast<unsigned char>(camel[i + 1]))));
        if (starts_word) out += '-';
        out += static_cast<char>(std::tolower(letter));
    }
    return out;
}

// Calls `keep` for each line of an example.
template <typename Keep>
std::string lines_that(std::string_view example, Keep keep) {
    std::string out;
    while (!example.empty()) {
        std::size_t end = example.find('\n');
        std::string_view line = example.substr(0, end);
        example.remove_prefix(end == std::string_view::npos ? example.size() : end + 1);
        if (!keep(line) || (out.empty() && line.empty())) continue;
        out.append(line) += '\n';
    }
    while (out.ends_with("\n\n")) out.pop_back();
    return out;
}

}

std::string url_of(const Check& check) {
    for (const PeerPages& pages : peer_pages)
        for (std::string_view alias : check.aliases)
            if (alias.starts_with(pages.peer)) {
                std::string_view id = alias.substr(pages.peer.size());
                return std::string(pages.address) + (pages.kebab ? kebab_case(id) + "/" : std::string(id));
            }
    return {};
}

std::string without_markers(std::string_view example) {
    return lines_that(example, [](std::string_view line) {
        std::size_t first = line.find_first_not_of(" \t");
        return first == std::string_view::npos || line[first] != '^';
    });
}

std::string trimmed_example(std::string_view example) {
    return lines_that(example, [](std::string_view) { return true; });
}

}
