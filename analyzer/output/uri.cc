#include "analyzer/output/uri.h"

#include <vector>

namespace plimsoll::output {

namespace {

bool is_unreserved(unsigned char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.' ||
           byte == '~' || byte == '/';
}

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

}

std::string encode_uri_path(std::string_view path) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (char letter : path) {
        auto byte = static_cast<unsigned char>(letter);
        if (is_unreserved(byte))
            out += letter;
        else
            out.append({'%', hex[byte >> 4], hex[byte & 15]});
    }
    return out;
}

std::string decode_uri(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int high = -1, low = -1;
        if (text[i] == '%' && i + 2 < text.size()) {
            high = hex_value(text[i + 1]);
            low = hex_value(text[i + 2]);
        }
        if (high < 0 || low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string file_uri(std::string_view absolute_path) { return "file://" + encode_uri_path(absolute_path); }

std::string absolute_path(std::string_view folder, std::string_view path) {
    std::string joined = path.starts_with('/') ? std::string(path) : std::string(folder) + "/" + std::string(path);
    std::vector<std::string_view> parts;
    std::string_view rest = joined;
    while (!rest.empty()) {
        std::size_t end = rest.find('/');
        std::string_view part = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (part == "..") {
            if (!parts.empty()) parts.pop_back();
        } else if (!part.empty() && part != ".") {
            parts.push_back(part);
        }
    }
    std::string out;
    for (std::string_view part : parts) out.append("/").append(part);
    return out.empty() ? "/" : out;
}

std::string_view below(std::string_view folder, std::string_view path) {
    if (folder == "/") return path.substr(path.starts_with('/') ? 1 : 0);
    if (folder.empty() || path.size() <= folder.size() || !path.starts_with(folder) || path[folder.size()] != '/') return {};
    return path.substr(folder.size() + 1);
}

}
