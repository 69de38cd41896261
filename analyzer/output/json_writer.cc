#include "analyzer/output/json_writer.h"

#include <array>

#include "analyzer/output/unicode.h"

namespace plimsoll::output {

namespace {

void append_escape(std::string& out, unsigned char byte) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (byte) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 15];
    }
}

constexpr std::array<bool, 256> plain = [] {
    std::array<bool, 256> table{};
    for (unsigned byte = 0x20; byte < 0x7F; ++byte) table[byte] = byte != '"' && byte != '\\';
    return table;
}();

}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t run = at;
        while (run < text.size() && plain[static_cast<unsigned char>(text[run])]) ++run;
        out.append(text, at, run - at);
        at = run;
        if (at == text.size()) break;
        auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            append_escape(out, byte);
            ++at;
            continue;
        }
        CodePoint point = decode(text, at);
        if (point.valid)
            out.append(text, at, point.size);
        else
            out += replacement;
        at += point.size;
    }
    out += '"';
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;   // ours: nothing in it needs an escape
    out_ += pretty_ ? "\": " : "\":";
    after_key_ = true;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    separate();
    append_json_string(out_, text);
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    ++depth_;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    --depth_;
    if (!first_) new_line();
    out_ += bracket;
    first_ = false;
    return *this;
}

void JsonWriter::separate() {
    if (after_key_) {
        after_key_ = false;
        first_ = false;
        return;
    }
    if (!first_) out_ += ',';
    if (depth_ > 0) new_line();
    first_ = false;
}

void JsonWriter::new_line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(std::size_t{2} * depth_, ' ');
}

}
