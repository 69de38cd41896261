#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/shell/script.h"

// What fetches files from the network, read by each program's own option grammar.

namespace plimsoll::shell {

enum class Downloader : std::uint8_t { curl, wget };

struct DownloadOption {
    std::string_view key;               // long name ("insecure" for -k), or the letter when it has none
    const Word* word = nullptr;         // the word that holds the option
    const Word* value_word = nullptr;   // the word that holds the value; null when there is none
    std::string_view value;             // of --name=value, -nVALUE or the next word
};

struct Download {
    Downloader tool = Downloader::curl;
    const Command* command = nullptr;
    std::vector<DownloadOption> options;
    std::vector<const Word*> urls;   // operands, and values of curl's --url

    const DownloadOption* option(std::string_view key) const;   // first of this name; null when absent
    bool has(std::string_view key) const { return option(key) != nullptr; }
    // Shows help or a version and fetches nothing.
    bool only_informs() const { return has("help") || has("version") || has("manual"); }
};

// The call a command makes; nullopt when it is neither curl nor wget. Wrappers are seen through by the caller.
std::optional<Download> download_call(const Command& command);
constexpr std::string_view name_of(Downloader tool) { return tool == Downloader::curl ? "curl" : "wget"; }

// Parts of "scheme://user@host:port/path"; the views point into the text.
struct Url {
    std::string_view scheme, user, host;
};

// nullopt without "scheme://". A host may still hold expansions.
std::optional<Url> parse_url(std::string_view text);
// localhost, private addresses, names without a dot and names of internal zones; also unknown hosts ("$HOST").
bool is_internal_host(std::string_view host);

}
