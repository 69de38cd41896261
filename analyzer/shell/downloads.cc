#include "analyzer/shell/downloads.h"

#include <algorithm>
#include <array>

namespace plimsoll::shell {

namespace {

struct Letter {
    char letter;
    std::string_view name;
    bool valued = false;
};

struct OptionLetters {
    std::span<const Letter> letters;
    std::string_view valued;   // long options that take a value, blank on both sides
};

constexpr Letter curl_letters[] = {
    {'A', "user-agent", true},
    {'b', "cookie", true},
    {'c', "cookie-jar", true},
    {'C', "continue-at", true},
    {'d', "data", true},
    {'D', "dump-header", true},
    {'e', "referer", true},
    {'E', "cert", true},
    {'f', "fail"},
    {'F', "form", true},
    {'G', "get"},
    {'h', "help"},
    {'H', "header", true},
    {'i', "include"},
    {'I', "head"},
    {'J', "remote-header-name"},
    {'k', "insecure"},
    {'K', "config", true},
    {'L', "location"},
    {'m', "max-time", true},
    {'M', "manual"},
    {'n', "netrc"},
    {'N', "no-buffer"},
    {'o', "output", true},
    {'O', "remote-name"},
    {'P', "ftp-port", true},
    {'Q', "quote", true},
    {'r', "range", true},
    {'s', "silent"},
    {'S', "show-error"},
    {'t', "telnet-option", true},
    {'T', "upload-file", true},
    {'u', "user", true},
    {'U', "proxy-user", true},
    {'v', "verbose"},
    {'V', "version"},
    {'w', "write-out", true},
    {'x', "proxy", true},
    {'X', "request", true},
    {'Y', "speed-limit", true},
    {'y', "speed-time", true},
    {'z', "time-cond", true},
    {'1', "tlsv1"},
    {'2', "sslv2"},
    {'3', "sslv3"},
    {'#', "progress-bar"},
};

constexpr std::string_view curl_valued =
    " abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to continue-at cookie cookie-jar"
    " create-file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr"
    " dns-servers doh-url dump-header ech egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account"
    " ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 hostpubsha256 hsts"
    " interface ipfs-gateway json keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt"
    " max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max pass pinnedpubkey preproxy proto"
    " proto-default proto-redir proxy proxy-cacert proxy-cert proxy-header proxy-key proxy-user pubkey quote random-file range rate referer request"
    " request-target resolve retry retry-delay retry-max-time sasl-authzid service-name socks4 socks4a socks5 socks5-hostname speed-limit speed-time"
    " stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii unix-socket upload-file url"
    " url-query user user-agent variable write-out ";

constexpr Letter wget_letters[] = {
    {'a', "append-output", true},
    {'A', "accept", true},
    {'B', "base", true},
    {'b', "background"},
    {'c', "continue"},
    {'d', "debug"},
    {'D', "domains", true},
    {'e', "execute", true},
    {'h', "help"},
    {'i', "input-file", true},
    {'I', "include-directories", true},
    {'l', "level", true},
    {'N', "timestamping"},
    {'o', "output-file", true},
    {'O', "output-document", true},
    {'P', "directory-prefix", true},
    {'q', "quiet"},
    {'Q', "quota", true},
    {'r', "recursive"},
    {'R', "reject", true},
    {'S', "server-response"},
    {'t', "tries", true},
    {'T', "timeout", true},
    {'U', "user-agent", true},
    {'v', "verbose"},
    {'V', "version"},
    {'w', "wait", true},
    {'X', "exclude-directories", true},
};

constexpr std::string_view wget_valued =
    " accept accept-regex append-output base bind-address body-data body-file ca-certificate ca-directory certificate certificate-type ciphers"
    " config connect-timeout crl-file cut-dirs default-page directory-prefix dns-timeout domains exclude-directories exclude-domains execute"
    " follow-tags ftp-password ftp-user header http-password http-user ignore-tags include-directories input-file level limit-rate load-cookies"
    " local-encoding max-redirect method output-document output-file password post-data post-file prefer-family private-key private-key-type progress"
    " proxy-password proxy-user quota read-timeout referer regex-type reject reject-regex rejected-log remote-encoding report-speed"
    " restrict-file-names save-cookies secure-protocol start-pos timeout tries user user-agent wait waitretry ";

constexpr OptionLetters option_letters[] = {{curl_letters, curl_valued}, {wget_letters, wget_valued}};

bool lists(std::string_view names, std::string_view name) {
    for (std::size_t at = names.find(name); at != std::string_view::npos; at = names.find(name, at + 1))
        if (names[at - 1] == ' ' && names[at + name.size()] == ' ') return true;
    return false;
}

// wget's -nv, -nc, -nd, -nH, -np: two letters that are one option.
std::string_view negated_name(char second) {
    switch (second) {
        case 'v': return "no-verbose";
        case 'c': return "no-clobber";
        case 'd': return "no-directories";
        case 'H': return "no-host-directories";
        case 'p': return "no-parent";
        default: return "n";
    }
}

class Reader {
public:
    explicit Reader(Download& into) : into_(into), letters_(option_letters[static_cast<std::size_t>(into.tool)]) {}

    void read() {
        std::span<const Word> words = into_.command->arguments();
        for (at_ = 0; at_ < words.size(); ++at_) {
            std::string_view value = words[at_].value;
            if (operands_only_ || value.size() < 2 || value[0] != '-')
                into_.urls.push_back(&words[at_]);
            else if (value == "--")
                operands_only_ = true;
            else if (value[1] == '-')
                long_option(words, value.substr(2));
            else
                letters(words, value);
        }
    }

private:
    void take_next(std::span<const Word> words, DownloadOption& option) {
        if (at_ + 1 >= words.size()) return;
        option.value_word = &words[++at_];
        option.value = option.value_word->value;
    }

    void add(const DownloadOption& option) {
        if (option.key == "url" && option.value_word) into_.urls.push_back(option.value_word);
        into_.options.push_back(option);
    }

    void long_option(std::span<const Word> words, std::string_view name) {
        DownloadOption option{name, &words[at_], nullptr, {}};
        std::size_t equals = name.find('=');
        if (equals != std::string_view::npos) {
            option.key = name.substr(0, equals);
            option.value = name.substr(equals + 1);
            option.value_word = &words[at_];
        } else if (lists(letters_.valued, name)) {
            take_next(words, option);
        }
        add(option);
    }

    void letters(std::span<const Word> words, std::string_view value) {
        const Word* word = &words[at_];
        for (std::size_t i = 1; i < value.size(); ++i) {
            DownloadOption option{value.substr(i, 1), word, nullptr, {}};
            if (into_.tool == Downloader::wget && value[i] == 'n' && i + 1 < value.size()) {
                option.key = negated_name(value[++i]);
                add(option);
                continue;
            }
            auto known = std::ranges::find(letters_.letters, value[i], &Letter::letter);
            if (known != letters_.letters.end()) option.key = known->name;
            bool valued = known != letters_.letters.end() && known->valued;
            if (valued && i + 1 < value.size()) {
                option.value = value.substr(i + 1);
                option.value_word = word;
            } else if (valued) {
                take_next(words, option);
            }
            add(option);
            if (valued) return;
        }
    }

    Download& into_;
    const OptionLetters& letters_;
    std::size_t at_ = 0;
    bool operands_only_ = false;
};

bool is_number_in(std::string_view text, int low, int high) {
    int number = 0;
    for (char c : text) {
        if (c < '0' || c > '9' || number > 255) return false;
        number = number * 10 + (c - '0');
    }
    return !text.empty() && number >= low && number <= high;
}

bool is_private_address(std::string_view host) {
    if (host.starts_with("127.") || host.starts_with("10.") || host.starts_with("192.168.") || host.starts_with("169.254.")) return true;
    if (!host.starts_with("172.")) return false;
    host.remove_prefix(4);
    return is_number_in(host.substr(0, host.find('.')), 16, 31);
}

}

const DownloadOption* Download::option(std::string_view key) const {
    auto found = std::ranges::find(options, key, &DownloadOption::key);
    return found == options.end() ? nullptr : &*found;
}

std::optional<Download> download_call(const Command& command) {
    bool curl = command.is("curl");
    if (!curl && !command.is("wget")) return std::nullopt;
    Download made;
    made.tool = curl ? Downloader::curl : Downloader::wget;
    made.command = &command;
    Reader(made).read();
    return made;
}

std::optional<Url> parse_url(std::string_view text) {
    std::size_t mark = text.find("://");
    if (mark == std::string_view::npos || mark == 0) return std::nullopt;
    Url url;
    url.scheme = text.substr(0, mark);
    std::string_view rest = text.substr(mark + 3);
    // An expansion may hold any of the marks that end the authority: "${A:-b/c}".
    std::size_t end = 0;
    int depth = 0;
    for (; end < rest.size(); ++end) {
        char c = rest[end];
        if (c == '{' || c == '(')
            ++depth;
        else if ((c == '}' || c == ')') && depth > 0)
            --depth;
        else if (depth == 0 && (c == '/' || c == '?' || c == '#' || c == ' ' || c == '"' || c == '\''))
            break;
    }
    std::string_view authority = rest.substr(0, end);
    std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        url.user = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    std::size_t host_end = authority.starts_with('[') ? authority.find(']') : authority.find(':');
    if (authority.starts_with('$')) host_end = std::string_view::npos;
    url.host = authority.substr(0, host_end);
    return url;
}

bool is_internal_host(std::string_view host) {
    constexpr std::array<std::string_view, 6> zones = {".local", ".localhost", ".internal", ".svc", ".lan", ".test"};
    if (host.starts_with('[') || host.find('$') != std::string_view::npos || host.find('.') == std::string_view::npos) return true;
    return is_private_address(host) || std::ranges::any_of(zones, [&](std::string_view zone) { return host.ends_with(zone); });
}

}
